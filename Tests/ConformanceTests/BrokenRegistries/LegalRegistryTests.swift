// SPDX-License-Identifier: Apache-2.0

import Conformance
import Testing

@Suite("Registries that are unusual and legal")
struct LegalRegistryTests {
    @Test("reach sealed", arguments: LegalRegistry.all)
    func legalRegistryReachesSealed(legal: LegalRegistry) async throws {
        let result = try await Certifier(transport: legal.transport()).run(SuiteFiles.request())
        #expect(result.level == .sealed, "\(TerminalReport(result).render())")
        #expect(result.scenarios.allSatisfy { $0.verdict == .passed })
        #expect(result.levels.last?.isReached == false)
    }

    @Test("state how they answer the same image", arguments: [false, true])
    func theCertificateStatesTheAnswerToAnIdenticalPush(accepts: Bool) async throws {
        let registry = MemoryRegistry(rule: accepts ? writeOnceAcceptingIdentical : writeOnce)
        var request = try SuiteFiles.request()
        request.selection.only = ["identical-push"]
        let result = try await Certifier(transport: registry).run(request)
        let value = accepts ? "accepted" : "denied"
        #expect(result.statements == [CertifyResult.Statement(name: "identical push", value: value)])
    }
}
