// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// Registries that keep their promise behind something that is in the way: nobody is blamed for it.
@Suite struct DifficultRegistryTests {
    private func certify(_ registry: any HTTPTransport) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.flows = BrokenRegistry.flows
        request.parameters = ["rounds": 1, "repetitions": 20]
        return try await Certifier(transport: registry, pause: { _ in }).run(request)
    }

    @Test("whoever is put off now and then violates nothing", arguments: [2, 3, 7])
    func everyFewRequestsArePutOff(period: Int) async throws {
        let count = Mutex(0)
        let memory = MemoryRegistry()
        let registry = PuttingOff(registry: memory) {
            count.withLock { count in
                count += 1
                return count % period == 0
            }
        }
        let result = try await certify(registry)
        let violated = result.scenarios.filter { $0.verdict == .violated }.map(\.id)
        #expect(violated == [], "\(TerminalReport(result).render())")
        #expect(result.scenarios.contains { $0.verdict == .passed })
        // A race is not sent again: what it was told in part is no answer.
        #expect(result.scenarios.first { $0.id == "race-for-new-tag" }?.verdict == .inconclusive)
    }

    @Test(
        "whoever sends everything elsewhere is not asked any further",
        arguments: ["http://other.test/v2/", "/elsewhere/v2/", "/v2/"])
    func everythingIsElsewhere(target: String) async throws {
        let registry = AlteringTransport(registry: MemoryRegistry()) { _, _ in
            HTTPResponse(status: 308, headers: ["Location": target])
        }
        let error = await #expect(throws: CertifyError.self) { try await certify(registry) }
        #expect(error?.exitCode == 2)
        #expect(
            error?.description.hasSuffix(
                "is not a registry: it answered 308 Permanent Redirect to \(target)") == true,
            "\(error?.description ?? "")")
    }
}

/// Answers 429 now and then, without a look at the request.
private struct PuttingOff: HTTPTransport {
    let registry: MemoryRegistry
    let putsOff: @Sendable () -> Bool

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        guard putsOff() else { return try await registry.send(request, receiving: body) }
        request.barrier?.leave()
        return .error(429, "TOOMANYREQUESTS", "slow down")
    }
}
