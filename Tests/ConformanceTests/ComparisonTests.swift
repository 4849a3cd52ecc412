// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

@Suite("Comparison of two runs")
struct ComparisonTests {
    private func certify(
        _ registry: any HTTPTransport, only: [String] = ["protocol", "write-once"]
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: only, skip: ["race"])
        return try await Certifier(transport: registry, now: { .zero }).run(request)
    }

    private var overwriting: MemoryRegistry {
        MemoryRegistry(rule: Decision.accept, tagDeletion: .unsupported, digestDeletion: .unsupported)
    }

    @Test func twoRunsThatAgreeHaveNoDifference() async throws {
        let result = try await certify(MemoryRegistry())
        let comparison = ResultComparison(from: result, to: try await certify(MemoryRegistry()))
        #expect(comparison.worse.isEmpty && comparison.better.isEmpty && comparison.other.isEmpty)
        #expect(comparison.exitCode == 0)
        #expect(comparison.text.contains("nothing else changed"))
    }

    @Test func aRegistryThatOverwritesNowIsWorseAndTheOtherWayRoundBetter() async throws {
        let good = try await certify(MemoryRegistry())
        let bad = try await certify(overwriting)
        let worse = ResultComparison(from: good, to: bad)
        #expect(worse.exitCode == 1)
        #expect(worse.worse.contains { $0.after == .violated && $0.finding != nil })
        let better = ResultComparison(from: bad, to: good)
        #expect(better.exitCode == 0)
        #expect(better.worse.isEmpty)
        #expect(better.better.count == worse.worse.count { $0.before != nil && $0.after != nil })
    }

    @Test func everyLineOfAFindingIsUnderItsCase() async throws {
        let divided = MemoryRegistry { claim in
            claim.new.type.contains("docker") ? writeOnceAcceptingIdentical(claim) : writeOnce(claim)
        }
        let comparison = ResultComparison(
            from: try await certify(MemoryRegistry(), only: ["identical-push"]),
            to: try await certify(divided, only: ["identical-push"]))
        let lines = comparison.text.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("        ") && $0.contains(" × denied") }, "\(comparison.text)")
        #expect(lines.filter { !$0.hasPrefix(" ") }.allSatisfy { $0.contains(": ") })
    }

    @Test func aCaseThatIsNoLongerRunIsNotForgotten() async throws {
        let all = try await certify(MemoryRegistry())
        let less = try await certify(MemoryRegistry(), only: ["protocol"])
        let comparison = ResultComparison(from: all, to: less)
        #expect(!comparison.worse.isEmpty)
        #expect(comparison.exitCode == 1, "the level is lower")
    }

    @Test func aReportIsReadBack() async throws {
        let result = try await certify(overwriting)
        let read = try JSONReport.read(try JSONReport.render(result))
        #expect(ResultComparison(from: result, to: read).exitCode == 0)
        #expect(try JSONReport.render(read) == JSONReport.render(result))
    }

    @Test(arguments: ["", "[]", "{}", #"{"schema": 2}"#, #"{"schema": 1, "registry": 7}"#])
    func whatIsNoReportIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try JSONReport.read(Array(text.utf8)) }
    }

    @Test func expectedVerdictsAreReadBackAndHoldTheRunThatTheyAreFrom() async throws {
        let result = try await certify(overwriting)
        let bytes = try ExpectedVerdicts(result).render()
        guard case .expected(let read) = try Baseline.read(bytes) else {
            Issue.record("it is read as a report")
            return
        }
        #expect(read == ExpectedVerdicts(result))
        #expect(Baseline.expected(read).comparison(to: result).exitCode == 0)
    }

    @Test func aRegistryThatIsWorseThanExpectedIsFound() async throws {
        let expected = ExpectedVerdicts(try await certify(MemoryRegistry()))
        let comparison = Baseline.expected(expected).comparison(to: try await certify(overwriting))
        #expect(comparison.exitCode == 1)
        #expect(comparison.worse.contains { $0.scenario == "overwrite-same-flow" && $0.finding != nil })
    }

    @Test func aReportIsABaseline() async throws {
        let result = try await certify(overwriting)
        let baseline = try Baseline.read(try JSONReport.render(result))
        #expect(baseline.comparison(to: try await certify(MemoryRegistry())).exitCode == 0)
    }

    @Test(arguments: ["", "[]", "{}", #"{"schema": 2, "verdicts": []}"#, #"{"schema": 1, "verdicts": [7]}"#])
    func whatIsNoBaselineIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try Baseline.read(Array(text.utf8)) }
    }
}
