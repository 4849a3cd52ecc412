// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// The JSON API of a registry's operators.
struct AdminAPI: Sendable {
    let base: HTTPURL
    let transport: any HTTPTransport
    /// With credentials; they never get into an error.
    var headers = HTTPHeaders()
    var advice = Advice()
    /// Adds what depends on the whole request, with its body: a signature.
    var sign: @Sendable (inout HTTPRequest, [UInt8]) -> Void = { _, _ in }
    var pause: @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }

    /// What a person can do about a refusal, by clauses that go on from "hint:".
    struct Advice: Sendable {
        /// For 401: `$TOKEN is wrong or has expired`.
        var login: String?
        /// For 403: `$TOKEN needs the right to make projects`.
        var rights: String?
    }

    /// Sends one request; `path` is percent-encoded and comes after the path of `base`.
    ///
    /// - Throws: When no answer came.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil
    ) async throws(SetupError) -> Answer {
        var request = request(method, path)
        var bytes: [UInt8] = []
        if let body {
            bytes = try SetupError.wrap { try JSONDocument.encode(body) }
            request.headers["Content-Type"] = request.headers["Content-Type"] ?? MediaType.json.rawValue
            request.body = .bytes(bytes)
        }
        return try await send(request, bytes)
    }

    /// The same, when any other status than these is a failure.
    func demand(
        _ statuses: Set<Int>, _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil
    ) async throws(SetupError) -> Answer {
        let answer = try await send(method, path, body)
        guard statuses.contains(answer.status) else { throw answer.failure }
        return answer
    }

    /// Posts a form, as token servers want it; any other status than 200 is a failure.
    ///
    /// Source: RFC 6749, section 4.
    func post(_ path: String, form: [(String, String)]) async throws(SetupError) -> Answer {
        let answer = try await send(path, form: form)
        guard answer.status == 200 else { throw answer.failure }
        return answer
    }

    /// The same, whatever is answered.
    func send(_ path: String, form: [(String, String)]) async throws(SetupError) -> Answer {
        var request = request(.post, path)
        let bytes = Array(form.map { "\($0)=\(HTTPURL.encode($1))" }.joined(separator: "&").utf8)
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        request.body = .bytes(bytes)
        return try await send(request, bytes)
    }

    private func request(_ method: HTTPRequest.Method, _ path: String) -> HTTPRequest {
        var url = base
        let parts = path.split(separator: "?", maxSplits: 1)
        if let own = parts.first { url.path = base.path + own }
        url.query = parts.count == 2 ? String(parts[1]) : nil
        return HTTPRequest(method, url, headers: headers)
    }

    /// Waits and asks again where the API says that it did not look at the request.
    private func send(_ unsigned: HTTPRequest, _ body: [UInt8]) async throws(SetupError) -> Answer {
        var request = unsigned
        sign(&request, body)
        var attempt = 1
        while true {
            let response: HTTPResponse
            do throws(TransportError) {
                response = try await transport.answer(to: request)
            } catch {
                throw SetupError("the registry's API does not answer: \(error)")
            }
            let isPutOff = response.status == 429 || response.status == 503
            guard isPutOff, attempt < Patience.tries, !Task.isCancelled else {
                return Answer(response, to: request, advice)
            }
            let told = response.retryAfter(now: RetryPolicy().now())
            await pause(min(told ?? .seconds(attempt), Patience.longestWait))
            attempt += 1
        }
    }

    /// `Authorization` for a name and a password.
    ///
    /// Source: RFC 7617.
    static func basic(_ name: String, _ password: String) -> HTTPHeaders {
        ["Authorization": "Basic \(Base64.encode(Array("\(name):\(password)".utf8)))"]
    }

    static func bearer(_ token: String) -> HTTPHeaders { ["Authorization": "Bearer \(token)"] }
}
