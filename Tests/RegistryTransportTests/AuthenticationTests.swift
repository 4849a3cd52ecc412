// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport
import Testing

@Suite struct AuthenticationChallengeTests {
    @Test(arguments: [
        ("Basic realm=\"x\"", [AuthenticationChallenge.basic]),
        ("basic", [.basic]),
        (
            "Bearer realm=\"https://t.io/token\",service=\"r.io\",scope=\"repository:a:pull,push\"",
            [.bearer(realm: "https://t.io/token", service: "r.io", scope: "repository:a:pull,push")]
        ),
        (
            "Bearer realm=https://t.io/x , error=\"insufficient_scope\", Basic realm=\"b\"",
            [.bearer(realm: "https://t.io/x", service: nil, scope: nil), .basic]
        ),
        ("Bearer realm=\"a\\\"b\"", [.bearer(realm: "a\"b", service: nil, scope: nil)]),
        ("Negotiate, Digest realm=\"x\"", []),
        ("Bearer service=\"no realm\"", []),
        ("", []), (",,=", []),
        ("Bearer realm=\"unclosed", [.bearer(realm: "unclosed", service: nil, scope: nil)]),
    ])
    func aHeaderIsReadAsFarAsWeSpeakItsSchemes(header: String, challenges: [AuthenticationChallenge]) {
        #expect(AuthenticationChallenge.parse(header) == challenges)
    }
}

@Suite struct AuthenticatingTransportTests {
    static let bearer: HTTPHeaders = [
        "WWW-Authenticate": "Bearer realm=\"https://t.io/token\",service=\"r.io\",scope=\"repository:a:pull\""
    ]

    private func get() throws -> HTTPRequest {
        HTTPRequest(.get, try url("https://r.io/v2/a/manifests/x"))
    }

    @Test func basicCredentialsAreSentAfterTheChallengeAndThenAtOnce() async throws {
        let fake = FakeTransport(
            .answer(401, ["WWW-Authenticate": "Basic realm=\"r\""]), .answer(200), .answer(200))
        let transport = AuthenticatingTransport(fake) { _ in .basic(user: "u", password: "p:w") }
        #expect(try await transport.answer(to: get()).status == 200)
        #expect(try await transport.answer(to: get()).status == 200)
        #expect(
            fake.requests.map { $0.headers["Authorization"] } == [nil, "Basic dTpwOnc=", "Basic dTpwOnc="])
    }

    @Test func aTokenIsFetchedOnceForARepository() async throws {
        let fake = FakeTransport(
            .answer(401, AuthenticatingTransportTests.bearer), .answer(200, [:], #"{"token":"T"}"#),
            .answer(200),
            .answer(200))
        let transport = AuthenticatingTransport(fake) { _ in .basic(user: "u", password: "p") }
        for _ in 0..<2 { #expect(try await transport.answer(to: get()).status == 200) }
        #expect(
            fake.requests[1].url.description
                == "https://t.io/token?service=r.io&scope=repository:a:pull&account=u")
        #expect(fake.requests[1].headers["Authorization"] == "Basic dTpw")
        #expect(fake.requests[3].headers["Authorization"] == "Bearer T")
    }

    @Test func anExpiredTokenIsReplaced() async throws {
        let fake = FakeTransport(
            .answer(401, AuthenticatingTransportTests.bearer), .answer(200, [:], #"{"access_token":"old"}"#),
            .answer(200), .answer(401, AuthenticatingTransportTests.bearer),
            .answer(200, [:], #"{"token":"new"}"#), .answer(200))
        let transport = AuthenticatingTransport(fake) { _ in nil }
        for _ in 0..<2 { #expect(try await transport.answer(to: get()).status == 200) }
        #expect(fake.requests.last?.headers["Authorization"] == "Bearer new")
    }

    @Test func anIdentityTokenIsExchangedByPost() async throws {
        let fake = FakeTransport(
            .answer(401, AuthenticatingTransportTests.bearer), .answer(200, [:], #"{"access_token":"T"}"#),
            .answer(200))
        let transport = AuthenticatingTransport(fake) { _ in .identityToken("I&D") }
        #expect(try await transport.answer(to: get()).status == 200)
        #expect(fake.requests[1].method == .post)
        #expect(
            fake.requests[1].body
                == .bytes(
                    Array(
                        "grant_type=refresh_token&service=r.io&scope=repository:a:pull&client_id=stet&refresh_token=I%26D"
                            .utf8)))
    }

    @Test func withoutCredentialsTheRefusalIsTheAnswer() async throws {
        let fake = FakeTransport(.answer(401, ["WWW-Authenticate": "Basic realm=\"r\""]))
        let response = try await AuthenticatingTransport(fake) { _ in nil }.answer(to: get())
        #expect(response.status == 401 && fake.requests.count == 1)
    }

    @Test func wrongCredentialsAreTriedOnce() async throws {
        let basic: HTTPHeaders = ["WWW-Authenticate": "Basic realm=\"r\""]
        let fake = FakeTransport(.answer(401, basic), .answer(401, basic))
        let transport = AuthenticatingTransport(fake) { _ in .basic(user: "u", password: "p") }
        #expect(try await transport.answer(to: get()).status == 401)
        #expect(fake.requests.count == 2)
    }

    @Test func aTokenServerWithoutTLSGetsNoPassword() async throws {
        let fake = FakeTransport(.answer(401, ["WWW-Authenticate": "Bearer realm=\"http://t.io/token\""]))
        let transport = AuthenticatingTransport(fake) { _ in .basic(user: "u", password: "p") }
        await #expect {
            _ = try await transport.answer(to: get())
        } throws: { ($0 as? TransportError)?.kind == .untrusted }
    }
}
