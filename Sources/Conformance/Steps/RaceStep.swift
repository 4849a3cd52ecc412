// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `race: {writers: $writers, rounds: $rounds, tag: v1, with: oci-monolithic}`: many writers claim one new tag at
/// the same moment.
///
/// The last byte of every request is held until all others are there, too. Each round has its own tag.
/// ``RaceTerms`` has what can be said about the writers.
struct RaceStep: StepAction {
    private let writers: CountReference
    private let rounds: CountReference
    private let tag: Tag
    private let flow: FlowReference
    private let terms: RaceTerms
    private let expect: RaceExpectation

    /// Broken rounds that a report shows.
    private static let shownRounds = 3

    init(_ source: StepSource) throws(Diagnostic) {
        let known = ["writers", "rounds", "tag", "with"] + RaceTerms.keys
        let fields = try Fields(source.value, "race", known: known)
        writers = try source.names.count(try fields.required("writers"), "writers", .writers)
        rounds =
            try fields["rounds"].map { value throws(Diagnostic) in
                try source.names.count(value, "rounds", .rounds)
            } ?? .literal(1)
        tag = try fields.required("tag").tag()
        flow =
            try fields["with"].map { value throws(Diagnostic) in try source.names.flow(value) }
            ?? .fixed(.ociMonolithic)
        terms = try RaceTerms(fields)
        expect = try source.requiredExpect("one-winner").word("expectation")
    }

    var bounds: [(String, CountBounds)] { writers.bounds(.writers) + rounds.bounds(.rounds) }
    var flows: [FlowReference] { [flow] }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        let flow = run.flow(flow)
        let round = sizes.push(flow.pusher.form, with: flow) * (run.count(writers) + (terms.deletes ? 1 : 0))
        return round * max(1, run.count(rounds))
    }

    func describe(in run: CaseRun) -> String {
        "race of \(run.count(writers)) writers for \(tag) with \(run.flow(flow).rawValue)"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let (writers, rounds) = (run.count(writers), run.count(rounds))
        var broken: [StepEnd] = []
        for round in 1...max(1, rounds) {
            guard let tag = try? Tag("\(tag)-\(round)") else { break }
            let race = Race(tag: tag, pusher: run.flow(flow).pusher, writers: writers, terms: terms)
            let outcome: RaceOutcome
            switch try await race.run(in: &run) {
            case .failure(let end): return broken.first ?? end.end
            case .success(let value): outcome = value
            }
            let end = try await expect.judge(outcome, in: run)
            if case .passed = end, expect == .oneWinner, let loser = outcome.refusal(run.judge) {
                run.log(loser, run.repository, tag)
            }
            keep(outcome, end, isLast: round == rounds, in: &run)
            switch end {
            case .passed: continue
            case .violated(let finding): broken.append(.violated(finding))
            case let end: return broken.first ?? end
            }
        }
        let rate = broken.isEmpty ? "" : ", \(broken.count) broken"
        run.notes.append("\(counted(rounds, "round")) of \(counted(writers, "writer"))\(rate)")
        guard case .violated(var finding)? = broken.first else { return .passed }
        finding.message += " (in \(broken.count) of \(counted(rounds, "round")))"
        return .violated(finding)
    }

    private func keep(_ outcome: RaceOutcome, _ end: StepEnd, isLast: Bool, in run: inout CaseRun) {
        var isBroken = false
        if case .violated = end { isBroken = true }
        let shown = run.races.count { $0.isBroken }
        guard (isBroken && shown < RaceStep.shownRounds) || isLast else { return }
        run.races.append(outcome.record(isBroken: isBroken, in: run))
    }
}
