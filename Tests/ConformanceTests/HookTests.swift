// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// What only the operator of a registry can do to it.
@Suite struct HookTests {
    private struct Hooks: RegistryHooks {
        let outcome: Result<HookOutcome, SetupError>

        func offers(_ hook: RegistryHook) -> Bool { true }
        func perform(_ hook: RegistryHook) async throws(SetupError) -> HookOutcome { try outcome.get() }
    }

    private func run(_ outcome: Result<HookOutcome, SetupError>) async throws -> ScenarioResult {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: ["killed-after-answer"])
        var certifier = Certifier(transport: MemoryRegistry(), pause: { _ in })
        certifier.hooks = Hooks(outcome: outcome)
        let result = try await certifier.run(request)
        return try #require(result.scenarios.first { $0.id == "killed-after-answer" })
    }

    @Test func oneThatIsDoneLetsTheCaseGoOn() async throws {
        #expect(try await run(.success(.done)).verdict == .passed)
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
