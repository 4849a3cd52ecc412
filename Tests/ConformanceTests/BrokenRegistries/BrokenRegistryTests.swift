// SPDX-License-Identifier: Apache-2.0

import Conformance
import RegistryTransport
import Testing

@Suite("The suite is tested by broken registries")
struct BrokenRegistryTests {
    /// Runs the whole suite, in one flow of each kind and a round of each race, without waiting.
    static func certify(_ broken: BrokenRegistry) async throws -> CertifyResult {
        let (registry, transport) = broken.make()
        var request = try SuiteFiles.request()
        request.parameters = ["rounds": 1, "repetitions": 20, "attacks": 10, "connections": 5]
        request.flows = BrokenRegistry.flows
        if case .secondAddress = broken.tools { request.secondAddress = HTTPURL(.http, "other.test", "/") }
        if case .users(let outcome) = broken.tools, let door = broken.makeGuarded?() {
            var certifier = Certifier(
                users: try door.users(), now: { door.registry.elapsed }, pause: { _ in })
            certifier.setup = GuardedSetup(door: door, attempted: outcome)
            return try await certifier.run(request)
        }
        var certifier = Certifier(transport: transport, now: { registry.elapsed }, pause: { _ in })
        certifier.setup = MemorySetup(registry: registry)
        if case .hooks = broken.tools { certifier.hooks = MemoryHooks(registry: registry) }
        return try await certifier.run(request)
    }

    @Test("A broken registry is caught by exactly its scenarios", arguments: BrokenRegistry.all)
    func brokenRegistryIsCaught(broken: BrokenRegistry) async throws {
        let result = try await BrokenRegistryTests.certify(broken)
        let violated = result.scenarios.filter { $0.verdict == .violated }
        #expect(
            Set(violated.map(\.id)) == broken.alsoBy.union([broken.caughtBy]),
            "\(TerminalReport(result).render())")
        let inconclusive = result.scenarios.filter { $0.verdict == .inconclusive }
        #expect(inconclusive.isEmpty, "\(TerminalReport(result).render())")
    }

    /// What differs in one place differs in the whole run, and what is gone is gone at its end, too.
    @Test func everyScenarioCatchesOneThatNoOtherDoes() throws {
        let nets = BrokenRegistry.nets.union(["all-denials-alike", "tags-stand-later"])
        for scenario in try SuiteFiles.suites().flatMap(\.scenarios) {
            let own = BrokenRegistry.all.filter {
                $0.caughtBy == scenario.id && $0.alsoBy.subtracting(nets).isEmpty
            }
            #expect(!own.isEmpty, "no broken registry is caught by \(scenario.id) alone")
        }
    }

    @Test func aRegistryThatOverwritesReachesProtocolOnly() async throws {
        let registry = MemoryRegistry(
            rule: Decision.accept, tagDeletion: .unsupported, digestDeletion: .unsupported)
        let result = try await Certifier(transport: registry, pause: { _ in }).run(SuiteFiles.request())
        #expect(result.level == .protocol)
        #expect(result.exitCode(requiring: .protocol) == 0)
        #expect(result.exitCode(requiring: .writeOnce) == 1)
        #expect(result.statements == [CertifyResult.Statement(name: "identical push", value: "accepted")])
    }

    @Test func anUnlockedRegistryReachesWriteOnceOnly() async throws {
        let registry = MemoryRegistry(decidesEarly: true)
        let result = try await Certifier(transport: registry, pause: { _ in }).run(SuiteFiles.request())
        #expect(result.level == .writeOnce)
        let race = try #require(result.scenarios.first { $0.id == "race-for-new-tag" })
        let message = try #require(race.cases.first?.finding?.message)
        #expect(message.contains("32 of 32 writers were told that the tag is theirs"))
        #expect(message.hasSuffix("(in 5 of 5 rounds)"))
        #expect(race.cases.first?.notes == ["5 rounds of 32 writers, 5 broken"])
        #expect(race.cases.first?.races.count == 4)
    }

    @Test func nothingIsSaidAboutScenariosThatRestOnARefusedFirstPush() async throws {
        let registry = MemoryRegistry(rule: Decision.refuse)
        let result = try await Certifier(transport: registry, pause: { _ in }).run(SuiteFiles.request())
        #expect(result.level == nil)
        let others = result.scenarios.filter { $0.verdict == .violated }.flatMap(\.cases)
            .compactMap(\.finding?.message)
        #expect(others.allSatisfy { !$0.contains("it must be refused") })
    }
}
