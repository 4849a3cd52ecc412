// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OCISpec
import RegistryTransport
import Synchronization

/// The last door before the wire, one for each user: it remembers with what he was let in, and takes out of answers
/// what they repeat of it.
final class UserDoor: HTTPTransport {
    private struct Memory {
        var last: String?
        var pushed: String?
    }

    let next: any HTTPTransport
    private let memory = Mutex(Memory())

    init(_ next: any HTTPTransport) { self.next = next }

    /// The `Authorization` of the last request to the registry itself that had one.
    var lastAuthorization: String? { memory.withLock { $0.last } }

    /// The `Authorization` with which a manifest was pushed last.
    var pushAuthorization: String? { memory.withLock { $0.pushed } }

    /// The name in the last Basic `Authorization`.
    var shownName: String? {
        guard let authorization = lastAuthorization, authorization.lowercased().hasPrefix("basic "),
            let pair = Data(base64Encoded: String(authorization.dropFirst("basic ".count)))
        else { return nil }
        return String(decoding: pair.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        let response = try await next.send(request, receiving: body)
        guard let authorization = request.headers["Authorization"] else { return response }
        remember(authorization, request, response)
        return UserDoor.masked(response, to: request, authorization)
    }

    private func remember(_ authorization: String, _ request: HTTPRequest, _ response: HTTPResponse) {
        let path = request.url.path
        guard let start = path.firstRange(of: "/v2/")?.lowerBound,
            let route = try? RegistryRoute.parse(path[start...])
        else { return }
        memory.withLock { memory in
            memory.last = authorization
            if request.method == .put, case .manifest = route, response.isSuccess {
                memory.pushed = authorization
            }
        }
    }

    /// Secrets that are shorter are in any text by chance.
    private static let shortest = 4
    /// Those that are as long as this are in no text by chance: they are taken out also of what is acted upon.
    private static let unmistakable = 16

    /// A run goes on from what these say.
    private static let followed: Set<String> = [
        "content-type", "docker-content-digest", "link", "location", "oci-chunk-min-length", "oci-subject",
        "oci-tag",
        "range", "www-authenticate",
    ]

    /// The answer with `***` in place of a token, a password, or both with their name as Basic has them.
    ///
    /// Contents are compared byte for byte, and addresses are followed: a password that is a common word must not
    /// change them.
    private static func masked(
        _ response: HTTPResponse, to request: HTTPRequest, _ authorization: String
    ) -> HTTPResponse {
        let secrets = secrets(in: authorization)
        let longOnes = secrets.filter { $0.count >= unmistakable }
        var answer = HTTPResponse(
            status: response.status, body: response.body, isTruncated: response.isTruncated)
        for field in response.headers.fields {
            let isFollowed = followed.contains(field.name.lowercased())
            answer.headers.add(field.name, masked(field.value, isFollowed ? longOnes : secrets))
        }
        guard !response.body.isEmpty else { return answer }
        let isContent = request.method == .get && response.isSuccess
        let text = String(decoding: response.body, as: UTF8.self)
        let plain = masked(text, isContent ? longOnes : secrets)
        if plain != text { answer.body = Array(plain.utf8) }
        return answer
    }

    private static func masked(_ text: String, _ secrets: [String]) -> String {
        secrets.reduce(text) { $0.replacing($1, with: "***") }
    }

    /// The longest first, for one may be a part of another.
    private static func secrets(in authorization: String) -> [String] {
        guard let blank = authorization.firstIndex(of: " ") else { return [authorization] }
        let value = String(authorization[authorization.index(after: blank)...])
        var secrets = [value]
        if authorization.lowercased().hasPrefix("basic "), let pair = Data(base64Encoded: value),
            let colon = pair.firstIndex(of: UInt8(ascii: ":"))
        {
            let password = String(decoding: pair[pair.index(after: colon)...], as: UTF8.self)
            let inJSON = password.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            secrets += [String(decoding: pair, as: UTF8.self), password, HTTPURL.encode(password), inJSON]
        }
        return Set(secrets.filter { $0.count >= shortest }).sorted { $0.count > $1.count }
    }
}

/// Sends with the token of the writer's last push, and asks for no other.
struct HeldTokenTransport: HTTPTransport {
    let door: UserDoor

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        var request = request
        request.headers["Authorization"] = door.pushAuthorization
        return try await door.send(request, receiving: body)
    }
}

/// Takes the refusal of a token server for that of the registry: whoever gets no token is turned away there.
struct TurnedAwayTransport: HTTPTransport {
    let next: any HTTPTransport

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        do {
            return try await next.send(request, receiving: body)
        } catch {
            guard let refusal = error.cause as? TokenRefusal else { throw error }
            let document = RegistryErrorBody(.unauthorized, error.reason)
            return HTTPResponse(
                status: refusal.status, headers: ["Content-Type": MediaType.json.rawValue],
                body: (try? JSONDocument.encode(document)) ?? [])
        }
    }
}
