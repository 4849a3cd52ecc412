// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// What a writer may not do is no fault of the registry's.
@Suite struct WriterRightTests {
    private func run(
        _ manner: GuardedRegistry.Manner, only: [String], _ behaviour: Behaviour = Behaviour(),
        user: String = "w"
    ) async throws -> CertifyResult {
        let door = GuardedRegistry(behaviour, manner)
        var request = try SuiteFiles.request()
        request.selection.only = only
        request.flows = [.ociMonolithic]
        let users = Users(over: door, writer: GuardedRegistry.lookup(user))
        var certifier = Certifier(users: users, pause: { _ in })
        certifier.setup = GuardedSetup(door: door)
        return try await certifier.run(request)
    }

    private static let deletions = [
        "policy-allows-deletion", "policy-allows-reuse", "policy-denies-deletion", "policy-delete-sibling",
        "delete-tag-then-push", "race-delete",
    ]

    @Test(
        "whoever may not delete gets no verdict about deletions", arguments: [403, 401], [false, true])
    func mayNotDelete(refusal: Int, givesTokens: Bool) async throws {
        var manner = GuardedRegistry.Manner(givesTokens: givesTokens, refusal: refusal)
        manner.letsWriterDelete = false
        let result = try await run(manner, only: Self.deletions)
        #expect(!result.scenarios.contains { $0.verdict == .violated }, "\(TerminalReport(result).render())")
        for id in Self.deletions.dropLast() {
            let scenario = try #require(result.scenarios.first { $0.id == id })
            #expect(scenario.verdict == .inconclusive, "\(id)")
            let message = try #require(scenario.cases.first?.finding?.message)
            #expect(message.hasPrefix("the user may not delete: in "), "\(message)")
            #expect(message.hasSuffix("give the writer the right to delete"), "\(message)")
        }
        #expect(result.exitCode(requiring: .governed) == 3 || result.level == nil)
    }

    /// 403 is this registry's word for a policy's no: who may delete elsewhere is not excused.
    @Test func aPolicyThatForgetsToAllowIsStillFound() async throws {
        let manner = GuardedRegistry.Manner()
        let result = try await run(manner, only: Self.deletions, .flawed(.deletionsAreForbidden))
        let scenario = try #require(result.scenarios.first { $0.id == "policy-allows-deletion" })
        #expect(scenario.verdict == .violated, "\(TerminalReport(result).render())")
    }

    @Test func whereNobodyMayDeleteNothingIsSaidOfPolicies() async throws {
        let result = try await run(
            GuardedRegistry.Manner(), only: ["policy-allows-deletion"], .flawed(.deletesAreOff))
        let scenario = try #require(result.scenarios.first { $0.id == "policy-allows-deletion" })
        #expect(scenario.verdict == .skipped)
        let message = scenario.cases.first?.finding?.message ?? ""
        #expect(message.hasPrefix("deletes are off for all of the registry: in "), "\(message)")
    }

    @Test(
        "whoever may not push ends the run before its first case",
        arguments: [
            (403, false, false, "403 Forbidden"), (401, false, true, "401 Unauthorized"),
            (401, false, false, "401 Unauthorized"), (403, true, false, "403 Forbidden"),
        ])
    func mayNotPush(refusal: Int, givesTokens: Bool, isOpen: Bool, answer: String) async throws {
        var manner = GuardedRegistry.Manner(
            givesTokens: givesTokens, letsStrangersPull: isOpen, refusal: refusal)
        manner.letsWriterPush = false
        let refused = manner
        let error = await #expect(throws: CertifyError.self) { try await run(refused, only: ["first-push"]) }
        #expect(error?.exitCode == 2)
        let text = error?.description ?? ""
        let name = givesTokens ? "the writer may" : "the writer (\"w\") may"
        #expect(text.hasPrefix("\(name) not push to stet-certify/run1/first-push"), "\(text)")
        #expect(text.contains("was answered \(answer), "), "\(text)")
        #expect(text.contains("\n  hint: give that user the right to push"), "\(text)")
        #expect(text.hasSuffix("/v2/ is open here, so a wrong password looks the same") == isOpen, "\(text)")
        #expect(!text.contains("s3cret"), "\(text)")
    }

    @Test func aPlaceThatIsNotThereIsNamed() async throws {
        let registry = AlteringTransport(registry: MemoryRegistry()) { request, answer in
            request.method == .post ? .error(404, "NAME_UNKNOWN", "no such project") : answer
        }
        let request = try SuiteFiles.request()
        let error = await #expect(throws: CertifyError.self) {
            try await Certifier(transport: registry).run(request)
        }
        #expect(error?.exitCode == 2)
        #expect(error?.description.contains("404 Not Found, NAME_UNKNOWN \"no such project\"") == true)
        #expect(error?.description.contains("have it made (--setup)") == true)
    }
}
