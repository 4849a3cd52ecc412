// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import SourceText
import Testing

@Suite("The numbers of a scenario")
struct ParameterTests {
    private func certify(_ parameters: [String: Int]) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.parameters = parameters
        return try await Certifier(transport: MemoryRegistry(), now: { .zero }).run(request)
    }

    @Test func aWeakenedScenarioIsReportedAndEarnsNoLevel() async throws {
        let result = try await certify(["writers": 2, "rounds": 1])
        let race = try #require(result.scenarios.first { $0.id == "race-for-new-tag" })
        #expect(race.verdict == .passed)
        #expect(race.weakened == ["rounds=1, not 5", "writers=2, not 32"])
        #expect(result.level == .writeOnce)
        #expect(
            result.levels[2].missing == [
                "race-for-new-tag", "race-truth", "race-readers", "race-mixed-forms",
                "race-same-image", "race-two-camps",
                "race-many-tags",
            ])
        #expect(result.exitCode(requiring: .writeOnce) == 0)
        #expect(result.exitCode(requiring: .sealed) == 1)
        let caveat = "does not count for the level: rounds=1, not 5, writers=2, not 32"
        #expect(TerminalReport(result).render().contains("1 round of 2 writers, \(caveat)\n"))
        #expect(JUnitReport.render(result).contains("\npassed, but \(caveat)</system-out>"))
        let json = String(decoding: try JSONReport.render(result), as: UTF8.self)
        #expect(json.contains(#""rounds=1, not 5","#))
    }

    @Test func strongerNumbersCount() async throws {
        let result = try await certify(["repetitions": 60, "rounds": 6])
        #expect(result.level == .sealed)
        #expect(result.scenarios.allSatisfy { $0.weakened.isEmpty })
    }

    @Test(
        "refuses, before the first request, a number that makes no sense",
        arguments: [
            ("writers", 1, "writers must be between 2 and 1000, not 1"),
            ("writers", 100_000_000_000, "writers must be between 2 and 1000, not 100000000000"),
            ("rounds", 100_001, "rounds must be between 1 and 100000, not 100001"),
            ("repetitions", 1, "repetitions must be between 2 and 100000, not 1"),
            ("identical-pushes", 100_001, "identical-pushes must be between 2 and 100000, not 100001"),
        ])
    func refuses(name: String, number: Int, clause: String) async throws {
        var request = try SuiteFiles.request()
        request.parameters = [name: number]
        #expect(request.parameterFaults == [clause])
        let refused = request
        let silent = AlteringTransport(registry: MemoryRegistry()) { request, _ throws(TransportError) in
            throw TransportError(.unreachable, request, "it was asked")
        }
        let error = await #expect(throws: CertifyError.self) {
            try await Certifier(transport: silent).run(refused)
        }
        #expect(error?.description == clause)
        #expect(error?.exitCode == 2)
    }

    @Test func aScenariosOwnNumberMustMakeSenseWhereItIsUsed() throws {
        let text = SuiteLoaderTests.suite(
            "parameters: {w: 1}", steps: "      - race: {writers: $w, tag: v1}\n        expect: one-winner")
        let diagnostics = #expect(throws: Diagnostics.self) { try SuiteLoaderTests.load(text) }
        #expect(diagnostics?.all.first?.message == "writers, here $w, must be between 2 and 1000, not 1")
    }

    @Test func oneIsNotPlural() async throws {
        var request = try SuiteFiles.request()
        request.selection.only = ["identical-manifest-alone"]
        let first = try await Certifier(transport: MemoryRegistry()).run(request)
        #expect(
            TerminalReport(first).render().contains("Left behind: 1 repository with 1 tag of some kilobytes"))
        #expect(
            CertifyEvent.started(CertifyEvent.Extent(scenarios: 1, cases: 1, bytes: 900)).line
                == "1 scenario, 1 case, at most 1 kB")
        #expect(
            CertifyEvent.started(CertifyEvent.Extent(scenarios: 2, cases: 5, bytes: 1_450_000)).line
                == "2 scenarios, 5 cases, at most 1.4 MB")
    }
}
