// SPDX-License-Identifier: Apache-2.0

import Conformance
import RegistryTransport
import Testing

@Suite("The suite is tested by broken registries")
struct BrokenRegistryTests {
    @Test("A broken registry is caught by exactly its scenarios", arguments: BrokenRegistry.all)
    func brokenRegistryIsCaught(broken: BrokenRegistry) async throws {
        var request = try SuiteFiles.request()
        request.parameters = ["writers": 8, "rounds": 1, "repetitions": 20]
        let result = try await Certifier(transport: broken.transport()).run(request)
        let violated = result.scenarios.filter { $0.verdict == .violated }
        #expect(Set(violated.map(\.id)) == broken.caughtBy, "\(TerminalReport(result).render())")
        #expect(result.scenarios.allSatisfy { $0.verdict != .inconclusive })
    }

    @Test func everyScenarioCatchesOneThatNoOtherDoes() throws {
        for scenario in try SuiteFiles.suites().flatMap(\.scenarios) {
            let own = BrokenRegistry.all.filter { $0.caughtBy == [scenario.id] }
            #expect(!own.isEmpty, "no broken registry is caught by \(scenario.id) alone")
        }
    }

    @Test func aRegistryThatOverwritesReachesProtocolOnly() async throws {
        let registry = MemoryRegistry(
            rule: Decision.accept, tagDeletion: .unsupported, digestDeletion: .unsupported)
        let result = try await Certifier(transport: registry).run(SuiteFiles.request())
        #expect(result.level == .protocol)
        #expect(result.exitCode(requiring: .protocol) == 0)
        #expect(result.exitCode(requiring: .writeOnce) == 1)
        #expect(result.statements == [CertifyResult.Statement(name: "identical push", value: "accepted")])
    }

    @Test func anUnlockedRegistryReachesWriteOnceOnly() async throws {
        let registry = MemoryRegistry(decidesEarly: true)
        let result = try await Certifier(transport: registry).run(SuiteFiles.request())
        #expect(result.level == .writeOnce)
        let race = try #require(result.scenarios.first { $0.id == "race-for-new-tag" })
        let message = try #require(race.cases.first?.finding?.message)
        #expect(message.contains("32 of 32 writers were told that the tag is theirs"))
        #expect(message.hasSuffix("(in 5 of 5 rounds)"))
    }

    @Test func nothingIsSaidAboutScenariosThatRestOnARefusedFirstPush() async throws {
        let registry = MemoryRegistry(rule: Decision.refuse)
        let result = try await Certifier(transport: registry).run(SuiteFiles.request())
        #expect(result.level == nil)
        let others = result.scenarios.filter { !["first-push", "race-for-new-tag"].contains($0.id) }
        #expect(others.allSatisfy { $0.verdict == .skipped })
    }
}
