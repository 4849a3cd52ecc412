// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport
import Testing

/// Credentials stay where they belong, and out of every text.
@Suite struct SecrecyTests {
    private static let password = "geheim"
    private static let encoded = "dTpnZWhlaW0="  // u:geheim
    private static let token = "access-token-text"
    private static let signature = "X-Signature=unterschrift"

    private static let secrets = [password, encoded, token, "identity-token-text", "unterschrift"]

    /// Everything that can be made of a value in a log.
    private func texts(_ value: Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return "\(value)\n\(String(reflecting: value))\n\(dumped)"
    }

    private func expectNoSecret(in text: String, _ location: SourceLocation = #_sourceLocation) {
        for secret in SecrecyTests.secrets {
            #expect(!text.contains(secret), "\(secret)", sourceLocation: location)
        }
    }

    @Test func theTextsOfValuesHaveNoSecrets() throws {
        var request = HTTPRequest(
            .post, try url("https://t.io/token?\(SecrecyTests.signature)"),
            headers: ["Authorization": "Basic \(SecrecyTests.encoded)", "Accept": "*/*"])
        request.body = .bytes(Array("password=\(SecrecyTests.password)".utf8))
        let values: [Any] = [
            Credentials.basic(user: "u", password: SecrecyTests.password),
            Credentials.identityToken("identity-token-text"),
            [Credentials?.some(.identityToken("identity-token-text"))],
            request, request.headers, TransportError(.stalled, request, "as told"),
            ProgramResult(status: 1, output: Array(SecrecyTests.password.utf8)),
            HTTPHeaders(dictionaryLiteral: ("Location", "https://x/?\(SecrecyTests.signature)")),
        ]
        for value in values { expectNoSecret(in: texts(value)) }
        #expect(texts(request).contains("POST https://t.io/token"))
    }

    /// A registry of one of the schemes, with a fault at one of the requests: what is thrown is scanned.
    @Test(arguments: 1...3, [true, false])
    func theErrorsOfAnExchangeHaveNoSecrets(faultAt: Int, isIdentity: Bool) async throws {
        let token = FakeTransport.Turn.answer(200, [:], #"{"token":"\#(SecrecyTests.token)"}"#)
        for fault in [
            FakeTransport.Turn.failure(.interrupted), .answer(500, [:], SecrecyTests.token),
            .answer(401, ["WWW-Authenticate": "Bearer realm=\"https://u:geheim@t.io\""]),
            .answer(307, ["Location": "https://u:geheim@x.io/?\(SecrecyTests.signature)"]),
        ] {
            var turns = [.answer(401, AuthenticatingTransportTests.bearer), token, .answer(200)]
            turns[faultAt - 1] = fault
            let transport = AuthenticatingTransport(RedirectingTransport(FakeTransport(turns))) { _ in
                isIdentity
                    ? .identityToken("identity-token-text")
                    : .basic(user: "u", password: SecrecyTests.password)
            }
            do {
                let request = HTTPRequest(.get, try url("https://r.io/v2/a/tags/list"))
                _ = try await transport.answer(to: request)
            } catch {
                expectNoSecret(in: texts(error))
            }
        }
    }

    @Test(arguments: ["https://cdn.io/x", "http://r.io/x", "https://r.io:444/x", "//cdn.io/x"])
    func credentialsDoNotFollowARedirectToAnotherOrigin(target: String) async throws {
        let fake = FakeTransport(
            .answer(401, ["WWW-Authenticate": "Basic realm=\"r\""]), .answer(307, ["Location": target]),
            .answer(307, ["Location": "https://r.io/back"]), .answer(200))
        let transport = AuthenticatingTransport(RedirectingTransport(fake)) { _ in
            .basic(user: "u", password: SecrecyTests.password)
        }
        let request = HTTPRequest(.get, try url("https://r.io/v2/a/blobs/x"))
        #expect(try await transport.answer(to: request).status == 200)
        let sent = fake.requests.map { $0.headers["Authorization"] != nil }
        #expect(sent == [false, true, false, false])
    }

    @Test func credentialsFollowARedirectWithinTheOrigin() async throws {
        let fake = FakeTransport(
            .answer(401, ["WWW-Authenticate": "Basic realm=\"r\""]), .answer(307, ["Location": "/y"]),
            .answer(200))
        let transport = AuthenticatingTransport(RedirectingTransport(fake)) { _ in
            .basic(user: "u", password: SecrecyTests.password)
        }
        let request = HTTPRequest(.get, try url("https://r.io/v2/a/blobs/x"))
        #expect(try await transport.answer(to: request).status == 200)
        #expect(fake.requests.last?.headers["Authorization"] != nil)
    }

    @Test(arguments: ["Basic realm=\"cdn\"", "Bearer realm=\"https://evil.io/token\""])
    func theChallengeOfAnotherHostIsNotAnswered(challenge: String) async throws {
        let fake = FakeTransport(
            .answer(307, ["Location": "https://cdn.io/x"]), .answer(401, ["WWW-Authenticate": challenge]))
        let transport = AuthenticatingTransport(RedirectingTransport(fake)) { _ in
            .basic(user: "u", password: SecrecyTests.password)
        }
        let request = HTTPRequest(.get, try url("https://r.io/v2/a/blobs/x"))
        #expect(try await transport.answer(to: request).status == 401)
        #expect(fake.requests.allSatisfy { $0.headers["Authorization"] == nil })
        #expect(!fake.requests.contains { $0.url.authority == "evil.io" })
    }
}
