// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

/// A registry that keeps every promise in a way that is not the usual one.
struct LegalRegistry: Sendable, CustomTestStringConvertible {
    let name: String
    /// Makes the registry, and what stands before it.
    let make: @Sendable () -> (MemoryRegistry, any HTTPTransport)

    var testDescription: String { name }

    init(_ name: String, _ behaviour: Behaviour = Behaviour()) {
        self.name = name
        make = {
            let registry = MemoryRegistry(behaviour)
            return (registry, registry)
        }
    }

    /// Changes the requests to a correct registry and its answers.
    init(
        _ name: String, request: @escaping @Sendable (HTTPRequest) -> HTTPRequest = { $0 },
        answer: @escaping @Sendable (HTTPRequest, HTTPResponse) -> HTTPResponse
    ) {
        self.name = name
        make = {
            let registry = MemoryRegistry()
            let altered = AlteringTransport(registry: registry, request: request) { answer($0, $1) }
            return (registry, altered)
        }
    }

    static let all = deciding + answering + passing + choosy + [elsewhere, token]

    /// Registries with users.
    static let guarded: [(String, GuardedRegistry.Manner)] = [
        ("Basic", GuardedRegistry.Manner()),
        ("tokens", GuardedRegistry.Manner(givesTokens: true)),
        ("pulls without credentials", GuardedRegistry.Manner(letsStrangersPull: true)),
        (
            "tokens, and pulls without credentials",
            GuardedRegistry.Manner(givesTokens: true, letsStrangersPull: true)
        ),
        ("401 to a user without the right", GuardedRegistry.Manner(refusal: 401)),
        ("404 to a user without the right", GuardedRegistry.Manner(refusal: 404)),
        (
            "tokens, and 401 to a user without the right",
            GuardedRegistry.Manner(givesTokens: true, refusal: 401)
        ),
        ("no token without the right", GuardedRegistry.Manner(givesTokens: true, refusesTokens: true)),
        ("no catalog", GuardedRegistry.Manner(hasCatalog: false)),
    ]

    private static let deciding = [
        LegalRegistry("the usual one"),
        LegalRegistry(
            "deletes are off", Behaviour(tagDeletion: .unsupported, digestDeletion: .unsupported)),
        LegalRegistry(
            "deletes are remembered", Behaviour(tagDeletion: .remembered, digestDeletion: .remembered)),
        LegalRegistry("the same image again is accepted", Behaviour(rule: writeOnceAcceptingIdentical)),
        LegalRegistry("?tag= is not known", Behaviour(knowsTagParameter: false)),
    ]

    private static let answering = [
        LegalRegistry("header names in lower case, and more of them") { _, answer in
            var headers = HTTPHeaders()
            for field in answer.headers.fields { headers.add(field.name.lowercased(), field.value) }
            headers.add("x-request-id", "1")
            return HTTPResponse(status: answer.status, headers: headers, body: answer.body)
        },
        LegalRegistry("204 to a chunk") { request, answer in
            var answer = answer
            if request.method == .patch, case .upload = request.route { answer.status = 204 }
            return answer
        },
        LegalRegistry("204 to the end of an upload") { request, answer in
            var answer = answer
            if request.method == .put, case .upload = request.route, answer.isSuccess { answer.status = 204 }
            return answer
        },
        LegalRegistry("no Docker-Content-Digest") { _, answer in
            var answer = answer
            answer.headers["Docker-Content-Digest"] = nil
            return answer
        },
        LegalRegistry("a charset in the content type") { _, answer in
            var answer = answer
            if let type = answer.headers["Content-Type"] {
                answer.headers["Content-Type"] = "\(type); charset=utf-8"
            }
            return answer
        },
        LegalRegistry("answers in chunks, without their length") { _, answer in
            var answer = answer
            answer.headers["Content-Length"] = nil
            answer.headers["Transfer-Encoding"] = "chunked"
            return answer
        },
        LegalRegistry("no sha512") { request, answer in
            request.url.digest?.algorithm == .sha512
                ? .error(400, "DIGEST_INVALID", "sha256 only") : answer
        },
        LegalRegistry(
            "blobs are never mounted",
            request: { request in
                var request = request
                if request.url.member("mount") != nil { request.url.query = nil }
                return request
            }, answer: { $1 }),
        LegalRegistry("a Location without its scheme") { request, answer in
            var answer = answer
            if answer.status == 202, let location = answer.headers["Location"], request.method == .post {
                answer.headers["Location"] = "//registry.test\(location)"
            }
            return answer
        },
        LegalRegistry("a Location with a fragment") { _, answer in
            var answer = answer
            if let location = answer.headers["Location"] { answer.headers["Location"] = "\(location)#part" }
            return answer
        },
        LegalRegistry(
            "paths are cleaned up with 301",
            request: { request in
                var request = request
                // What is answered elsewhere is not looked at here.
                if let clean = cleaned(request.url) { request.url.path = clean + "-elsewhere" }
                return request
            },
            answer: { request, answer in
                guard let clean = cleaned(request.url) else { return answer }
                return HTTPResponse(status: 301, headers: ["Location": clean])
            }),
        LegalRegistry("large chunks only") { request, answer in
            var answer = answer
            if request.method == .post { answer.headers["OCI-Chunk-Min-Length"] = "100000" }
            return answer
        },
    ]

    /// The path of a manifest without doubled slashes and without one at its end; nil when it has none.
    private static func cleaned(_ url: HTTPURL) -> String? {
        guard url.path.contains("/manifests/") else { return nil }
        var path = url.path
        while path.contains("//") { path = path.replacing("//", with: "/") }
        if path.hasSuffix("/") { path.removeLast() }
        return path == url.path ? nil : path
    }

    /// Uploads at an absolute address with a query of the registry's own, and blobs behind a redirect.
    private static let elsewhere = LegalRegistry(
        "uploads and blobs elsewhere",
        request: { request in
            var request = request
            request.url.path = request.url.path.replacing("/elsewhere/", with: "/v2/")
            return request
        },
        answer: { request, answer in
            var answer = answer
            if let location = answer.headers["Location"], answer.status == 202 {
                let path = location.replacing("/v2/", with: "/elsewhere/")
                answer.headers["Location"] = "http://registry.test\(path)?_state=signed"
            }
            guard request.isBlobGet else { return answer }
            let path = request.url.path.replacing("/v2/", with: "/elsewhere/")
            return HTTPResponse(status: 307, headers: ["Location": path])
        })

    /// Wants a token that it gives to everybody.
    private static let token = LegalRegistry(
        name: "a token for everybody",
        make: {
            let registry = MemoryRegistry()
            let door = TokenDoor(registry: registry)
            return (registry, AuthenticatingTransport(door, lookup: { _ in nil }))
        })

    private init(
        name: String, make: @escaping @Sendable () -> (MemoryRegistry, any HTTPTransport)
    ) {
        self.name = name
        self.make = make
    }
}

/// Asks for a bearer token, and gives one to whoever asks.
private struct TokenDoor: HTTPTransport {
    let registry: MemoryRegistry

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        if request.url.path == "/token" {
            return HTTPResponse(
                status: 200, headers: ["Content-Type": "application/json"],
                body: Array(#"{"token":"for-all","expires_in":300}"#.utf8))
        }
        guard request.headers["Authorization"] == "Bearer for-all" else {
            request.barrier?.leave()
            let challenge = #"Bearer realm="http://registry.test/token",service="registry.test""#
            return HTTPResponse(status: 401, headers: ["WWW-Authenticate": challenge])
        }
        return try await registry.send(request, receiving: body)
    }
}
