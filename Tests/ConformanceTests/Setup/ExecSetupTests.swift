// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// The operator's own program, which is asked to do what adapters do.
@Suite("A program that prepares a registry")
struct ExecSetupTests {
    private func setup(_ programs: ScriptedPrograms) throws -> any RegistrySetup {
        try SetupKind.exec.scripted(
            ScriptedAdmin { _, _ in (200, "") }, ["STET_SETUP_PROGRAM": "./prepare"], programs: programs)
    }

    @Test func saysWhatItCanDo() async throws {
        let able = try setup(
            ScriptedPrograms(outcomes: [
                "prepare": ClientOutcome(status: 0, text: "policies\nattempts\nleft the project x\n")
            ]))
        let writer = Credentials.basic(user: "ci", password: "s3cret")
        #expect(able.untestedPolicies == nil, "nobody has asked it yet")
        let places = try await able.prepare(runID: "run1")
        #expect(places.leftovers == ["the project x is left from another run"])
        #expect(able.untestedPolicies == nil && able.attemptLack(as: writer) == nil)
        #expect(able.attemptLack(as: .identityToken("t")) != nil)
        let unable = try setup(ScriptedPrograms(outcomes: [:]))
        _ = try await unable.prepare(runID: "run1")
        #expect(unable.untestedPolicies == #"./prepare prepare has not said "policies""#)
        #expect(unable.attemptLack(as: writer) == #"./prepare prepare has not said "attempts""#)
    }

    @Test(
        "its status says how an attempt ended",
        arguments: [
            (0, AttemptOutcome.done(left: nil)), (1, .refused("told *** so")),
            (2, .turnedAway("told *** so")),
            (3, .done(left: "it could not be put back: told *** so")),
        ] as [(Int32, AttemptOutcome)])
    func attempt(status: Int32, outcome: AttemptOutcome) async throws {
        let programs = ScriptedPrograms(outcomes: [
            "prepare": ClientOutcome(status: 0, text: "attempts"),
            "attempt": ClientOutcome(status: status, text: "told s3cret so"),
        ])
        let setup = try setup(programs)
        _ = try await setup.prepare(runID: "run1")
        let found = try await setup.attempt(
            .delete, on: try RepositoryName("a/b"), as: .basic(user: "ci", password: "s3cret"))
        #expect(found == outcome)
        #expect(programs.calls.last == "attempt delete a/b")
        #expect(programs.variables == ["STET_USERNAME": "ci", "STET_PASSWORD": "s3cret"])
        _ = try await setup.attempt(.delete, on: try RepositoryName("a/b"), as: nil)
        #expect(programs.variables == ["STET_USERNAME": "", "STET_PASSWORD": ""])
    }

    @Test func anAttemptThatFailsShowsNoPassword() async throws {
        let setup = try setup(
            ScriptedPrograms(outcomes: ["attempt": ClientOutcome(status: 9, text: "no s3cret here")]))
        let error = await #expect(throws: SetupError.self) {
            try await setup.attempt(
                .create, on: try RepositoryName("a/b"), as: .basic(user: "ci", password: "s3cret"))
        }
        #expect(error?.description == "./prepare attempt ended with 9: no *** here")
    }

    @Test func onlyAttemptsGetCredentials() async throws {
        let programs = ScriptedPrograms(outcomes: [:])
        let setup = try setup(programs)
        _ = try await setup.prepare(runID: "run1")
        #expect(programs.variables == [:])
        try await setup.restore()
        #expect(programs.variables == [:])
    }

    /// Without policies of the program's, nothing is made for the scenarios that set some.
    @Test func isNotCalledForScenariosThatItCannotServe() async throws {
        let programs = ScriptedPrograms(outcomes: [
            "prepare": ClientOutcome(status: 0, text: "immutable a\nmutable b")
        ])
        var certifier = Certifier(transport: MemoryRegistry(), pause: { _ in })
        certifier.setup = try setup(programs)
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        request.selection.only = ["first-push", "policy-star"]
        let result = try await certifier.run(request)
        let skipped = try #require(result.scenarios.first { $0.id == "policy-star" })
        #expect(skipped.verdict == .skipped)
        #expect(skipped.cases.first?.finding?.message.contains("has not said \"policies\"") == true)
        #expect(!programs.calls.contains { $0.contains("policy-star") }, "\(programs.calls)")
    }

    @Test func putsBackAlsoAfterAnInterruption() async throws {
        let programs = ScriptedPrograms(outcomes: [
            "prepare": ClientOutcome(status: 0, text: "immutable a\nmutable b")
        ])
        let registry = AlteringTransport.interrupting(atPush: 2)
        var certifier = Certifier(transport: registry)
        certifier.setup = try setup(programs)
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        request.selection.only = ["first-push"]
        let (ready, wanted) = (certifier, request)
        let result = try await Task { try await ready.run(wanted) }.value
        #expect(result.stopped == .interrupted)
        #expect(programs.calls.last == "restore run1")
        #expect(programs.calls.count { $0.hasPrefix("restore") } == 1)
    }
}
