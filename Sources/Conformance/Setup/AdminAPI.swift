// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// The JSON API of a registry's operators.
struct AdminAPI: Sendable {
    let base: HTTPURL
    let transport: any HTTPTransport
    /// With credentials; they never get into an error.
    let headers: HTTPHeaders

    struct Answer: Sendable {
        let status: Int
        /// nil when the body is no JSON.
        let body: JSONValue?
        let place: String

        /// What the registry says about itself, on one line and bounded.
        var words: String {
            let messages = body?["errors"]?.array?.compactMap { $0["message"]?.string } ?? []
            let single = [body?["message"]?.string, body?["error_message"]?.string].compactMap { $0 }
            let text = (messages + single).joined(separator: "; ").replacing("\n", with: " ")
            return text.isEmpty ? HTTPStatus.line(status) : String(text.prefix(400))
        }

        /// What went wrong, with the request and the status.
        var failure: SetupError { SetupError("\(place) was answered \(HTTPStatus.line(status)): \(words)") }
    }

    /// Sends one request; `path` is percent-encoded and comes after the path of `base`.
    ///
    /// - Throws: When no answer came.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil
    ) async throws(SetupError) -> Answer {
        var url = base
        let parts = path.split(separator: "?", maxSplits: 1)
        if let own = parts.first { url.path = base.path + own }
        url.query = parts.count == 2 ? String(parts[1]) : nil
        var request = HTTPRequest(method, url, headers: headers)
        do {
            if let body {
                request.headers["Content-Type"] = request.headers["Content-Type"] ?? MediaType.json.rawValue
                request.body = .bytes(try JSONDocument.encode(body))
            }
            let response = try await transport.answer(to: request)
            return Answer(
                status: response.status,
                body: try? JSONDocument.decode(JSONValue.self, from: response.body, noun: "answer"),
                place: "\(method.rawValue) \(url.redacted)")
        } catch let error as TransportError {
            throw SetupError("the registry's API does not answer: \(error)")
        } catch {
            throw SetupError("\(error)")
        }
    }

    /// The same, when any other status than these is a failure.
    func demand(
        _ statuses: Set<Int>, _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil
    ) async throws(SetupError) -> Answer {
        let answer = try await send(method, path, body)
        guard statuses.contains(answer.status) else { throw answer.failure }
        return answer
    }

    /// `Authorization` for a name and a password.
    ///
    /// Source: RFC 7617.
    static func basic(_ name: String, _ password: String) -> HTTPHeaders {
        ["Authorization": "Basic \(Base64.encode(Array("\(name):\(password)".utf8)))"]
    }
}
