// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
import Testing

@Suite struct RegistryLoginTests {
    private let credentials = Credentials.basic(user: "u", password: "p")

    private func login(_ turns: FakeTransport.Turn...) async throws -> (Credentials, FakeTransport) {
        let fake = FakeTransport(turns)
        let kept = try await RegistryLogin(at: try url("https://r.io/"), over: fake).verify(credentials)
        return (kept, fake)
    }

    private let basic: HTTPHeaders = ["WWW-Authenticate": "Basic realm=\"r\""]
    private let bearer: HTTPHeaders = [
        "WWW-Authenticate": "Bearer realm=\"https://t.io/token\",service=\"r.io\""
    ]

    @Test func aBasicRegistryIsShownTheCredentials() async throws {
        let (kept, fake) = try await login(.answer(401, basic), .answer(200))
        #expect(kept == credentials)
        #expect(fake.requests.map(\.url.path) == ["/v2/", "/v2/"])
        #expect(fake.requests[1].headers["Authorization"] == "Basic dTpw")
    }

    @Test func anIdentityTokenIsKeptInsteadOfThePassword() async throws {
        let (kept, fake) = try await login(
            .answer(401, bearer), .answer(200, [:], #"{"token":"T","refresh_token":"R"}"#), .answer(200))
        #expect(kept == .identityToken("R"))
        #expect(
            fake.requests[1].url.description
                == "https://t.io/token?service=r.io&offline_token=true&client_id=stet&account=u")
        #expect(fake.requests[2].headers["Authorization"] == "Bearer T")
    }

    @Test func thePasswordIsKeptWhereThereIsNoIdentityToken() async throws {
        let (kept, _) = try await login(
            .answer(401, bearer), .answer(200, [:], #"{"access_token":"T"}"#), .answer(200))
        #expect(kept == credentials)
    }

    @Test func aRegistryWithoutAuthenticationTakesAll() async throws {
        let (kept, fake) = try await login(.answer(200))
        #expect(kept == credentials)
        #expect(fake.requests.allSatisfy { $0.headers["Authorization"] == nil })
    }

    @Test func wrongCredentialsAreRefused() async throws {
        for turns: [FakeTransport.Turn] in [
            [.answer(401, basic), .answer(401, basic)], [.answer(401, bearer), .answer(401)],
            [.answer(401, bearer), .answer(200, [:], #"{"token":"T"}"#), .answer(403)],
        ] {
            let login = RegistryLogin(at: try url("https://r.io/"), over: FakeTransport(turns))
            await #expect {
                _ = try await login.verify(credentials)
            } throws: {
                guard case .refused? = $0 as? LoginError else { return false }
                return "\($0)".contains("r.io") && !"\($0)".contains("dTpw")
            }
        }
    }

    @Test(arguments: [(404, "answered 404"), (500, "answered 500"), (401, "neither Basic nor Bearer")])
    func whatIsNoRegistryIsSaid(status: Int, words: String) async throws {
        await #expect {
            _ = try await login(.answer(status, ["WWW-Authenticate": "Negotiate"]))
        } throws: { "\($0)".contains(words) }
    }
}
