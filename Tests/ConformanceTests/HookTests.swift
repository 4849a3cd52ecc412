// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// What only the operator of a registry can do to it.
@Suite struct HookTests {
    /// A program that says what it likes, and does nothing.
    private struct Hooks: RegistryHooks {
        let outcome: Result<HookOutcome, SetupError>

        func offers(_ hook: RegistryHook) -> Bool { true }
        func perform(_ hook: RegistryHook) async throws(SetupError) -> HookOutcome { try outcome.get() }
    }

    private func run(
        _ hooks: (MemoryRegistry) -> any RegistryHooks, only id: String = "killed-after-answer"
    ) async throws -> ScenarioResult {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: [id])
        let registry = MemoryRegistry()
        var certifier = Certifier(transport: registry, pause: { _ in })
        certifier.hooks = hooks(registry)
        let result = try await certifier.run(request)
        return try #require(result.scenarios.first { $0.id == id })
    }

    private func run(_ outcome: Result<HookOutcome, SetupError>) async throws -> ScenarioResult {
        try await run({ _ in Hooks(outcome: outcome) })
    }

    @Test(
        "one that is done lets the case go on",
        arguments: ["killed-after-answer", "restart", "storage-read-only", "disk-full"])
    func doneLetsTheCaseGoOn(id: String) async throws {
        #expect(try await run({ MemoryHooks(registry: $0) }, only: id).verdict == .passed)
    }

    @Test(
        "one that does nothing and says that it is done neither blames the registry nor praises it",
        arguments: [
            ("killed-after-answer", "the registry answered all the while"),
            ("killed-during-push", "the registry answered all the while"),
            ("restart", "the registry answered all the while"),
            ("storage-read-only", "the registry stored another image"),
            ("disk-full", "the registry stored another image"),
        ])
    func nothingDoneIsNoticed(id: String, reason: String) async throws {
        let scenario = try await run({ _ in Hooks(outcome: .success(.done)) }, only: id)
        #expect(scenario.verdict == .inconclusive)
        #expect(scenario.cases.first?.finding?.message.contains(reason) == true)
    }

    @Test func oneThatIsNotOfferedSkipsTheCase() async throws {
        let scenario = try await run(.success(.notOffered))
        #expect(scenario.verdict == .skipped)
        #expect(scenario.cases.first?.finding?.message == "there is no way to do kill here")
    }

    @Test func oneThatFailsBlamesNobody() async throws {
        let scenario = try await run(.failure(SetupError("it does not start again")))
        #expect(scenario.verdict == .inconclusive)
        #expect(scenario.cases.first?.finding?.message == "kill failed: it does not start again")
    }
}
