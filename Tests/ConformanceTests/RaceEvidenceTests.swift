// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// What a report shows of a race that was lost by the registry.
@Suite struct RaceEvidenceTests {
    /// Tells every index that races that it has won.
    private let lying = MemoryRegistry { claim in
        claim.isRace && claim.past.cameHeld && claim.new.type.contains("index")
            ? .refuse(Decision.created(claim)) : writeOnce(claim)
    }

    private func certify(_ registry: MemoryRegistry) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection.only = ["race-readers"]
        return try await Certifier(transport: registry, pause: { _ in }).run(request)
    }

    @Test func theFirstBrokenRoundKeepsAllThatWasSaid() async throws {
        let race = try #require(try await certify(lying).scenarios.first { $0.id == "race-readers" })
        let rounds = try #require(race.cases.first?.races)
        #expect(rounds.map { $0.exchanges != nil } == [true, false, false])
        let exchanges = try #require(rounds.first?.exchanges)
        #expect(exchanges.count { $0.method == "PUT" } == 16)
        #expect(exchanges.contains { $0.method != "PUT" })
        let starts = exchanges.compactMap(\.startMicroseconds)
        #expect(starts.count == exchanges.count && starts == starts.sorted())
        #expect(exchanges.allSatisfy { ($0.durationMicroseconds ?? -1) >= 0 })
    }

    @Test func theFindingHasThePushesThatWereToldYes() async throws {
        let race = try #require(try await certify(lying).scenarios.first { $0.id == "race-readers" })
        let finding = try #require(race.cases.first?.finding)
        #expect(finding.message.contains("16 of 16 writers were told that the tag is theirs"))
        #expect(finding.evidence.count == 4)
        #expect(finding.evidence.allSatisfy { $0.method == "PUT" && $0.status == 201 })
    }

    @Test func everyExchangeOfATranscriptHasItsTime() async throws {
        var request = try SuiteFiles.request()
        request.selection.only = ["denial-as-declared"]
        let result = try await Certifier(transport: MemoryRegistry()).run(request)
        let exchanges = result.scenarios.flatMap(\.cases).flatMap(\.transcript)
        #expect(!exchanges.isEmpty)
        #expect(exchanges.allSatisfy { $0.startMicroseconds != nil && $0.durationMicroseconds != nil })
    }

    @Test func pageAndSummaryShowTheRound() async throws {
        let result = try await certify(lying)
        let page = String(decoding: try HTMLReport.render(result), as: UTF8.self)
        #expect(page.contains("What was said in that round"))
        let summary = MarkdownReport.render(result)
        #expect(summary.contains("What was said in the first broken round"))
        #expect(summary.contains("→ 201 Created ("))
    }

    @Test func aRaceThatNobodyLostKeepsItsTranscriptOnly() async throws {
        let result = try await certify(MemoryRegistry())
        #expect(result.scenarios.flatMap(\.cases).flatMap(\.races).allSatisfy { $0.exchanges == nil })
    }
}
