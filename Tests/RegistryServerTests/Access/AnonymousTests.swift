// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryServer
import RegistryTransport
import Testing

/// A registry where something may be done without a password, and the rest with one.
@Suite struct AnonymousTests {
    private func withPublic(_ body: (TestRegistry) async throws -> Void) async throws {
        try await withUsers(TestUsers.text + TestUsers.anonymousPull) { registry in
            try await registry.seed("public/app")
            try await registry.seed("team/app")
            try await body(registry)
        }
    }

    private func challenge(_ response: HTTPResponse) -> String { response.headers["WWW-Authenticate"] ?? "" }

    /// What skopeo, buildah and podman send when they have no password: an empty one.
    @Test(arguments: [[:], ["Authorization": "Basic Og=="]] as [HTTPHeaders])
    func pullsWhatIsPublic(headers: HTTPHeaders) async throws {
        try await withPublic { registry in
            #expect(try await registry.send(.get, "/v2/public/app/manifests/v1", headers).status == 200)
            let push = try await registry.send(.put, "/v2/public/app/manifests/v2", headers, body: [1])
            #expect(push.status == 401 && push.code == "UNAUTHORIZED")
            #expect(try await registry.send(.get, "/v2/team/app/manifests/v1", headers).status == 401)
        }
    }

    /// docker shows its password only when its first request is refused, and pulls without one only with a token.
    @Test func theFirstRequestOffersTokens() async throws {
        try await withPublic { registry in
            let ping = try await registry.send(.get, "/v2/")
            #expect(ping.status == 401)
            #expect(
                challenge(ping) == "Bearer realm=\"http://\(registry.address)/v2/token\",service=\"stet\"")
            let push = try await registry.send(.put, "/v2/team/app/manifests/v2")
            #expect(challenge(push).hasSuffix(",scope=\"repository:team/app:pull,push\""))
            let pull = try await registry.send(.get, "/v2/team/app/manifests/v2")
            #expect(challenge(pull).hasSuffix(",scope=\"repository:team/app:pull\""))
            let wrong = try await registry.send(.get, "/v2/", TestUsers.header("ci", "wrong"))
            #expect(challenge(wrong).hasPrefix("Basic "))
        }
    }

    @Test(arguments: [
        ("https", "r.example", "https://r.example/v2/token"),
        ("http", "r.example:80", "http://r.example:80/v2/token"),
        (nil, "[::1]:5050", "http://[::1]:5050/v2/token"),
        ("gopher", "r.example", "http://r.example/v2/token"),
        ("https", "r.example\"x", "Basic realm=\"stet\""), ("https", "r.example/x", "Basic realm=\"stet\""),
    ])
    func tokensAreOfferedWhereTheClientIs(scheme: String?, host: String, realm: String) async throws {
        try await withPublic { registry in
            let lines = ["GET /v2/ HTTP/1.1", "Host: \(host)", "Connection: close"]
            let forwarded = scheme.map { ["X-Forwarded-Proto: \($0)"] } ?? []
            let connection = try RawConnection(registry.address)
            try connection.send((lines + forwarded + ["", ""]).joined(separator: "\r\n"))
            let answer = try await connection.receive(until: "}]}")
            #expect(answer.contains(realm), "\(answer)")
        }
    }

    @Test(arguments: [
        (nil as String?, [200, 200, 401, 401]), ("reader", [200, 200, 200, 403]),
        ("ci", [200, 200, 200, 404]), ("ops", [200, 200, 200, 404]),
    ])
    func aTokenStandsForWhoeverAskedForIt(user: String?, statuses: [Int]) async throws {
        try await withPublic { registry in
            let answer = try await registry.send(
                .get, "/v2/token?service=stet&scope=repository:team/app:pull,push", TestUsers.header(user))
            #expect(answer.status == 200 && answer.headers["Cache-Control"] == "no-store")
            #expect(try answer.json()["access_token"] == answer.json()["token"])
            #expect(try answer.json()["expires_in"]?.integer == 300)
            let token = try #require(try answer.json()["token"]?.string)
            let headers: HTTPHeaders = ["Authorization": "Bearer \(token)"]
            var found: [Int] = []
            for (method, target) in [
                (HTTPRequest.Method.get, "/v2/"), (.get, "/v2/public/app/manifests/v1"),
                (.get, "/v2/team/app/manifests/v1"), (.patch, "/v2/team/app/blobs/uploads/0"),
            ] {
                found.append(try await registry.send(method, target, headers).status)
            }
            #expect(found == statuses)
        }
    }

    @Test func aTokenIsAskedForByGET() async throws {
        try await withPublic { registry in
            let response = try await registry.send(.post, "/v2/token", body: [1])
            #expect(response.status == 405)
        }
    }

    @Test func withoutUsersThereAreNoTokens() async throws {
        try await withTestRegistry { registry in
            let response = try await registry.send(.get, "/v2/token")
            #expect(response.status == 404)
        }
    }
}
