// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// What ends a run early, and is no broken promise.
@Suite("A registry that takes nothing any more")
struct ClosedRegistryTests {
    private func certify(
        _ registry: any HTTPTransport, only: [String] = [],
        pause: @escaping @Sendable (Duration) async -> Void = { _ in }
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.flows = BrokenRegistry.flows
        request.parameters = ["rounds": 1, "repetitions": 20]
        request.selection.only = only
        return try await Certifier(transport: registry, pause: pause).run(request)
    }

    /// A correct registry that turns every write down once so many manifests were pushed.
    private func quota(after manifests: Int, _ answer: HTTPResponse) -> any HTTPTransport {
        let pushed = Mutex(0)
        let memory = MemoryRegistry()
        return ClosingDoor(registry: memory) { request in
            let isRead = request.method == .get || request.method == .head
            let count = pushed.withLock { pushed in
                if request.isManifestPut { pushed += 1 }
                return pushed
            }
            return isRead || count <= manifests ? nil : answer
        }
    }

    @Test(
        "a quota ends the run and blames nobody",
        arguments: [
            (402, "PAYMENT"), (403, "DENIED"), (413, "TOOLARGE"), (507, "UNKNOWN"),
        ])
    func quotaEndsTheRun(status: Int, code: String) async throws {
        let registry = quota(after: 40, .error(status, code, "quota exceeded"))
        let result = try await certify(registry)
        #expect(result.stopped == .closed)
        let violated = result.scenarios.filter { $0.verdict == .violated }.map(\.id)
        #expect(violated == [], "\(TerminalReport(result).render())")
        let found = result.scenarios.flatMap(\.cases).compactMap(\.finding?.message)
        #expect(found.contains { $0.contains("nothing can be pushed") && $0.contains("quota") })
        #expect(result.exitCode(requiring: .sealed) == 3)
    }

    /// The same status where everything else is taken is an answer about what was sent.
    @Test func whoTurnsDownOneNameOnlyIsNotClosed() async throws {
        let registry = ClosingDoor(registry: MemoryRegistry()) { request in
            guard request.isManifestPut, case .manifest(_, .tag(let tag)) = request.route,
                tag.rawValue == "v2"
            else { return nil }
            return .error(403, "DENIED", "quota exceeded")
        }
        let result = try await certify(registry, only: ["other-names-free"])
        #expect(result.scenarios.first { $0.id == "other-names-free" }?.verdict == .violated)
        #expect(result.stopped == nil)
    }

    @Test(
        "whoever is told to come back much later does", arguments: ["3600", "Fri, 31 Dec 2100 23:59:59 GMT"])
    func putOffEndsTheRun(after: String) async throws {
        let requests = Mutex(0)
        let waited = Mutex(Duration.zero)
        let registry = ClosingDoor(registry: MemoryRegistry()) { _ in
            let count = requests.withLock { count in
                count += 1
                return count
            }
            guard count > 100 else { return nil }
            var answer = HTTPResponse.error(429, "TOOMANYREQUESTS", "slow down")
            answer.headers["Retry-After"] = after
            return answer
        }
        let result = try await certify(registry, pause: { pause in waited.withLock { $0 += pause } })
        #expect(result.stopped == .putOff)
        #expect(result.scenarios.allSatisfy { $0.verdict != .violated })
        #expect(waited.withLock { $0 } < .seconds(10), "\(waited.withLock { $0 })")
        #expect(requests.withLock { $0 } < 150)
    }

    /// A time-out is the network's, or the registry's: an answer that has no end is none.
    @Test func aRefusalThatDripsIsNoAnswer() async throws {
        let registry = AlteringTransport(registry: MemoryRegistry()) {
            request, answer throws(TransportError) in
            guard answer.status == 409 else { return answer }
            var error = TransportError(.stalled, request, "no whole answer came within 60 seconds")
            error.partial = answer
            throw error
        }
        let result = try await certify(registry, only: ["denial-as-declared"])
        let scenario = try #require(result.scenarios.first { $0.id == "denial-as-declared" })
        #expect(scenario.verdict == .inconclusive)
        #expect(scenario.cases.first?.finding?.message.contains("cut short") == false)
    }
}

/// Answers some requests in place of the registry.
private struct ClosingDoor: HTTPTransport {
    let registry: MemoryRegistry
    let answer: @Sendable (HTTPRequest) -> HTTPResponse?

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        guard let answer = answer(request) else {
            return try await registry.send(request, receiving: body)
        }
        request.barrier?.leave()
        return answer
    }
}
