// SPDX-License-Identifier: Apache-2.0

import Conformance
import RegistryTransport
import Testing

@Suite("Registries that are unusual and legal")
struct LegalRegistryTests {
    @Test("reach governed", arguments: LegalRegistry.all)
    func legalRegistryReachesGoverned(legal: LegalRegistry) async throws {
        let (registry, transport) = legal.make()
        var request = try SuiteFiles.request()
        request.parameters = ["policy-changes": 5]
        request.secondAddress = HTTPURL(.http, "other.test", "/")
        var certifier = Certifier(transport: transport, pause: { _ in })
        certifier.setup = MemorySetup(registry: registry)
        certifier.hooks = MemoryHooks(registry: registry)
        let result = try await certifier.run(request)
        #expect(result.level == .governed, "\(TerminalReport(result).render())")
        let others = result.scenarios.filter { $0.verdict != .passed && $0.isApplicable != false }.map(\.id)
        #expect(others == [] || others == ["overwrite-sha512"])
    }

    @Test("keep all promises to all their users", arguments: LegalRegistry.guarded)
    func guardedRegistryKeepsItsPromises(name: String, manner: GuardedRegistry.Manner) async throws {
        let door = GuardedRegistry(Behaviour(), manner)
        var request = try SuiteFiles.request()
        request.flows = BrokenRegistry.flows
        request.selection.only = ["users", "protocol", "write-once", "denials", "policy-off-and-on"]
        var certifier = Certifier(users: try door.users(), pause: { _ in })
        certifier.setup = GuardedSetup(door: door)
        let result = try await certifier.run(request)
        let wrong = result.scenarios.filter { $0.verdict == .violated || $0.verdict == .inconclusive }
        #expect(wrong.map(\.id) == [], "\(TerminalReport(result).render())")
        let own = try #require(result.suites.first { $0.name == "users" }).scenarios
        let others = own.filter { $0.verdict != .passed }.map(\.id)
        let catalogs = ["anonymous-makes-no-repository", "reader-makes-no-repository"]
        #expect(
            others == (manner.hasCatalog ? [] : catalogs)
                + (manner.givesTokens ? [] : ["policy-binds-old-tokens"]),
            "\(TerminalReport(result).render())")
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
