// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport
import Synchronization
import Testing

@Suite struct TokenTests {
    private final class Clock: Sendable {
        private let seconds: Mutex<Int64>
        init(_ seconds: Int64) { self.seconds = Mutex(seconds) }
        var now: Int64 {
            get { seconds.withLock { $0 } }
            set { seconds.withLock { $0 = newValue } }
        }
    }

    private func request(_ method: HTTPRequest.Method, _ path: String) throws -> HTTPRequest {
        HTTPRequest(method, try url("https://r.io/v2/\(path)"))
    }

    private func anonymous(_ registry: any HTTPTransport) -> AuthenticatingTransport {
        AuthenticatingTransport(registry, lookup: { _ in nil })
    }

    @Test func aPushAfterAPullAsksForBothAtOnceAndServesLaterPulls() async throws {
        let registry = TokenRegistry()
        let transport = anonymous(registry)
        for (method, path) in [
            (HTTPRequest.Method.get, "a/tags/list"), (.post, "a/blobs/uploads/"), (.put, "a/manifests/1"),
            (.get, "a/manifests/1"),
        ] {
            #expect(try await transport.answer(to: request(method, path)).status == 200)
        }
        #expect(registry.questions == ["repository:a:pull", "repository:a:pull,push"])
        #expect(registry.challenges == 1)
    }

    @Test func anotherRepositoryCostsATokenAndNoChallenge() async throws {
        let registry = TokenRegistry()
        let transport = anonymous(registry)
        for name in ["a", "b/c", "a"] {
            #expect(try await transport.answer(to: request(.get, "\(name)/tags/list")).status == 200)
        }
        #expect(registry.questions == ["repository:a:pull", "repository:b/c:pull"])
        #expect(registry.challenges == 1)
    }

    @Test func aMountAsksForTheSourceToo() async throws {
        let registry = TokenRegistry()
        let mount = try request(.post, "a/blobs/uploads/?mount=sha256:00&from=b%2Fc")
        #expect(try await anonymous(registry).answer(to: mount).status == 200)
        #expect(registry.questions == ["repository:a:pull,push repository:b/c:pull"])
    }

    @Test func aHintAddsScopes() async throws {
        let registry = TokenRegistry()
        let transport = anonymous(registry)
        var read = try request(.get, "a/tags/list")
        read.scopes = [TokenScope(try RepositoryName("a"), [.pull, .push])]
        #expect(try await transport.answer(to: read).status == 200)
        #expect(try await transport.answer(to: request(.put, "a/manifests/1")).status == 200)
        #expect(registry.questions == ["repository:a:pull,push"])
    }

    @Test func aRevokedTokenIsReplacedOnce() async throws {
        let registry = TokenRegistry()
        let transport = anonymous(registry)
        #expect(try await transport.answer(to: request(.get, "a/tags/list")).status == 200)
        registry.revoke()
        #expect(try await transport.answer(to: request(.get, "a/tags/list")).status == 200)
        #expect(registry.questions.count == 2)
    }

    @Test(arguments: [
        ("", 49, 1), ("", 50, 2),  // a minute, less ten seconds
        (#","expires_in":300"#, 289, 1), (#","expires_in":300"#, 290, 2),
        (#","expires_in":5"#, 49, 1), (#","expires_in":-7"#, 49, 1),  // never less than a minute
        (#","expires_in":1e300"#, 86_389, 1), (#","expires_in":1e300"#, 86_390, 2),
        // Issued a minute before it came.
        (#","expires_in":300,"issued_at":"2001-09-09T01:45:40Z""#, 229, 1),
        (#","expires_in":300,"issued_at":"2001-09-09T01:45:40.123456789Z""#, 230, 2),
        (#","expires_in":300,"issued_at":"2001-09-09T03:45:40+02:00""#, 230, 2),
        // A clock that is ahead or far behind, or no time at all, is not believed.
        (#","expires_in":300,"issued_at":"2001-09-09T02:45:40Z""#, 289, 1),
        (#","expires_in":300,"issued_at":"2000-09-09T01:45:40Z""#, 289, 1),
        (#","expires_in":300,"issued_at":"yesterday""#, 289, 1),
    ])
    func aTokenIsReplacedBeforeItEnds(extra: String, seconds: Int64, questions: Int) async throws {
        let registry = TokenRegistry(extra: extra)
        let clock = Clock(1_000_000_000)
        let transport = AuthenticatingTransport(registry, now: { clock.now }, lookup: { _ in nil })
        for _ in 0..<2 {
            #expect(try await transport.answer(to: request(.get, "a/tags/list")).status == 200)
            clock.now += seconds
        }
        #expect(registry.questions.count == questions)
        #expect(registry.challenges == 1)
    }

    @Test func thoseWhoNeedTheSameTokenShareOneFetch() async throws {
        let arrived = Gate(8)
        let registry = TokenRegistry(pause: { await arrived.wait() })
        let lookups = Mutex(0)
        let transport = AuthenticatingTransport(registry) { _ in
            lookups.withLock { $0 += 1 }
            return .basic(user: "u", password: "p")
        }
        let request = try request(.get, "a/tags/list")
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    arrived.count()
                    return try await transport.answer(to: request).status
                }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(registry.questions.count == 1)
        #expect(lookups.withLock { $0 } == 1)
    }

    @Test func whenTheOneWhoFetchesIsCancelledAnotherGoesOn() async throws {
        let begun = Gate(1)
        let isFirst = Mutex(true)
        let registry = TokenRegistry(pause: {
            let hangs = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            begun.count()
            if hangs { try? await Task.sleep(for: .seconds(3600)) }
        })
        let transport = anonymous(registry)
        let request = try request(.get, "a/tags/list")
        let first = Task { try await transport.answer(to: request).status }
        await begun.wait()
        let second = Task { try await transport.answer(to: request).status }
        first.cancel()
        #expect(try await second.value == 200)
        await #expect { _ = try await first.value } throws: { ($0 as? TransportError)?.kind == .cancelled }
    }

    @Test(arguments: [404, 405])
    func aTokenServerWithoutGETIsAskedByPOST(status: Int) async throws {
        let fake = FakeTransport(
            .answer(401, AuthenticatingTransportTests.bearer), .answer(status),
            .answer(200, [:], #"{"token":"T"}"#), .answer(200))
        let transport = AuthenticatingTransport(fake) { _ in .basic(user: "u", password: "p&w") }
        #expect(try await transport.answer(to: request(.get, "a/tags/list")).status == 200)
        #expect(fake.requests[2].method == .post)
        #expect(fake.requests[2].headers["Authorization"] == nil)
        #expect(
            fake.requests[2].body
                == .bytes(
                    Array(
                        "grant_type=password&service=r.io&scope=repository:a:pull&client_id=stet&username=u&password=p%26w"
                            .utf8)))
    }

    @Test(arguments: [404, 405])
    func aTokenServerWithoutPOSTIsShownTheIdentityTokenByGET(status: Int) async throws {
        let fake = FakeTransport(
            .answer(401, AuthenticatingTransportTests.bearer), .answer(status),
            .answer(200, [:], #"{"token":"T"}"#), .answer(200))
        let transport = AuthenticatingTransport(fake) { _ in .identityToken("I") }
        #expect(try await transport.answer(to: request(.get, "a/tags/list")).status == 200)
        #expect(fake.requests.map(\.method) == [.get, .post, .get, .get])
        #expect(fake.requests[2].headers["Authorization"] == "Basic PHRva2VuPjpJ")
    }

    @Test func anAnonymousRefusalLeavesTheRegistrysOwnAnswer() async throws {
        let fake = FakeTransport(.answer(401, AuthenticatingTransportTests.bearer), .answer(403))
        let response = try await anonymous(fake).answer(to: request(.get, "a/tags/list"))
        #expect(response.status == 401)
    }

    @Test(arguments: [(500, "answered 500"), (200, "sent no token"), (401, "refused the credentials (401)")])
    func aTokenServerThatGivesNoneIsNamed(status: Int, words: String) async throws {
        let fake = FakeTransport(
            .answer(401, AuthenticatingTransportTests.bearer), .answer(status, [:], #"{"token":""}"#))
        let transport = AuthenticatingTransport(fake) { _ in .basic(user: "u", password: "p") }
        await #expect {
            _ = try await transport.answer(to: request(.get, "a/tags/list"))
        } throws: { "\($0)".contains("https://t.io/token") && "\($0)".contains(words) }
    }

    @Test func basicCredentialsAreThoseOfTheRepositoryAndSentAtOnce() async throws {
        let fake = FakeTransport(
            .answer(401, ["WWW-Authenticate": "Basic realm=\"r\""]), .answer(200), .answer(200))
        let transport = AuthenticatingTransport(fake) { target in
            .basic(user: target.repository?.rawValue ?? "", password: "p")
        }
        for name in ["a", "b"] {
            #expect(try await transport.answer(to: request(.get, "\(name)/tags/list")).status == 200)
        }
        #expect(fake.requests.map { $0.headers["Authorization"] } == [nil, "Basic YTpw", "Basic Yjpw"])
    }
}
