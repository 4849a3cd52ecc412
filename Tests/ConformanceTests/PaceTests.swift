// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// A registry that limits its clients is certified more slowly.
@Suite("A limit on requests")
struct PaceTests {
    /// Waits for nothing, and writes down what it was asked to wait for.
    private final class Pauses: Sendable {
        private let log = Mutex<[Duration]>([])
        var all: [Duration] { log.withLock { $0 } }
        func add(_ duration: Duration) { log.withLock { $0.append(duration) } }
    }

    private func certify(
        _ registry: any HTTPTransport, _ pauses: Pauses, only ids: [String]
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection.only = ids
        request.flows = [.ociMonolithic]
        request.parameters = ["rounds": 1]
        return try await Certifier(transport: registry, pause: { pauses.add($0) }).run(request)
    }

    @Test("after one 429 the whole run is slower", arguments: [nil, "7"])
    func isKeptForTheRun(after: String?) async throws {
        let count = Counter()
        let registry = Door(registry: MemoryRegistry(), after: after) { _ in
            count.next()
            return count.count == 20
        }
        let pauses = Pauses()
        let result = try await certify(registry, pauses, only: ["overwrite"])
        #expect(!result.scenarios.contains { [.violated, .inconclusive].contains($0.verdict) })
        #expect(pauses.all.first == .seconds(after == nil ? 1 : 7))
        #expect(pauses.all.count > 20, "requests take turns from then on")
    }

    @Test func withoutALimitNobodyWaits() async throws {
        let pauses = Pauses()
        _ = try await certify(MemoryRegistry(), pauses, only: ["overwrite-same-flow"])
        #expect(pauses.all == [])
    }

    /// More than a few of 32 writers at the same moment are more than such a registry lets in.
    @Test func aRaceGoesOnWithoutThoseThatWerePutOff() async throws {
        let result = try await certify(limitedRace(lettingIn: 20), Pauses(), only: ["race-for-new-tag"])
        let race = try #require(result.scenarios.first { $0.id == "race-for-new-tag" })
        #expect(race.verdict == .passed, "\(TerminalReport(result).render())")
    }

    @Test func aRaceOfOneIsNone() async throws {
        let result = try await certify(limitedRace(lettingIn: 1), Pauses(), only: ["race-for-new-tag"])
        let race = try #require(result.scenarios.first { $0.id == "race-for-new-tag" })
        #expect(race.verdict == .inconclusive)
        #expect(race.cases.first?.finding?.message.contains("too few writers were let in") == true)
    }

    private func limitedRace(lettingIn limit: Int) -> any HTTPTransport {
        let held = Counter()
        return Door(registry: MemoryRegistry(), after: nil) { request in
            guard request.barrier != nil else { return false }
            held.next()
            return held.count > limit
        }
    }

    /// Turns requests away unread.
    private struct Door: HTTPTransport {
        let registry: MemoryRegistry
        /// What `Retry-After` says.
        let after: String?
        let turnsAway: @Sendable (HTTPRequest) -> Bool

        init(
            registry: MemoryRegistry, after: String?,
            turnsAway: @escaping @Sendable (HTTPRequest) -> Bool
        ) {
            (self.registry, self.after, self.turnsAway) = (registry, after, turnsAway)
        }

        func send(
            _ request: HTTPRequest, receiving body: ResponseBody
        ) async throws(TransportError) -> HTTPResponse {
            guard turnsAway(request) else { return try await registry.send(request, receiving: body) }
            if let barrier = request.barrier {
                await withCheckedContinuation { continuation in barrier.arrive { continuation.resume() } }
            }
            var answer = HTTPResponse.error(429, "TOOMANYREQUESTS", "later")
            if let after { answer.headers["Retry-After"] = after }
            return answer
        }
    }
}
