// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `race: {writers: $writers, rounds: $rounds, tag: v1, with: oci-monolithic}`: many writers claim one new tag at
/// the same moment.
///
/// The last byte of every request is held until all others are there, too. Each round has its own tag. With a list
/// of flows the writers take them in turn. ``RaceTerms`` has what can be said about the writers.
struct RaceStep: StepAction {
    private let writers: CountReference
    private let rounds: CountReference
    private let tag: Tag
    private let ways: [FlowReference]
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
        ways =
            try fields["with"].map { value throws(Diagnostic) in try RaceStep.ways(value, source.names) }
            ?? [.usual]
        terms = try RaceTerms(fields)
        expect = try source.requiredExpect("one-winner").word("expectation")
    }

    private static func ways(_ value: YAMLValue, _ names: Names) throws(Diagnostic) -> [FlowReference] {
        guard case .sequence(let items) = value.content else { return [try names.flow(value)] }
        var ways: [FlowReference] = []
        for item in items { ways.append(try names.flow(item)) }
        if ways.isEmpty { throw Diagnostic(at: value.location, "there must be at least one flow") }
        return ways
    }

    var bounds: [(String, CountBounds)] { writers.bounds(.writers) + rounds.bounds(.rounds) }
    var flows: [FlowReference] { ways }

    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        let pushes = run.count(writers) + (terms.deletes ? 1 : 0)
        let flows = ways.map(run.flow)
        let round = flows.enumerated().map { index, flow in
            sizes.push(flow.pusher.form, with: flow) * ((pushes + flows.count - 1 - index) / flows.count)
        }
        // Each form is tried beforehand, and each address.
        let before = flows.map { sizes.push($0.pusher.form, with: $0) * (terms.fronts == .all ? 3 : 1) }
        return round.sum() * max(1, run.count(rounds)) + before.sum()
    }

    func describe(in run: CaseRun) -> String {
        let flows = ways.map { run.flow($0).rawValue }
        return "race of \(run.count(writers)) writers for \(tag) with \(flows.joined(separator: ", "))"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let (writers, rounds) = (run.count(writers), run.count(rounds))
        let pushers: [any Pusher]
        switch try await takenPushers(in: run) {
        case .success(let taken): pushers = taken
        case .failure(let lack): return .inapplicable(Finding(lack.reason))
        }
        if terms.fronts == .all, let end = try await FrontCheck(tag: tag, pusher: pushers[0]).end(in: &run) {
            return end
        }
        var broken: [StepEnd] = []
        for round in 1...max(1, rounds) {
            guard let tag = try? Tag("\(tag)-\(round)") else { break }
            let race = Race(tag: tag, pushers: pushers, writers: writers, terms: terms)
            let outcome: RaceOutcome
            switch try await race.run(in: &run) {
            case .failure(let end): return broken.first ?? end.end
            case .success(let value): outcome = value
            }
            var end = try await expect.judge(outcome, in: run)
            if case .passed = end, let contradiction = outcome.contradiction { end = contradiction }
            if case .passed = end {
                for (image, answer) in outcome.refusals(run.judge) {
                    run.log(answer, to: image, run.repository, tag)
                }
                if case .shows(let digest, _)? = outcome.last, !terms.deletes {
                    run.noteStanding(tag, digest, of: run.repository)
                }
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

    private struct TypeLack: Error { let reason: String }

    /// Those whose images the registry takes.
    private func takenPushers(
        in run: CaseRun
    ) async throws(TransportError) -> Result<[any Pusher], TypeLack> {
        var pushers: [any Pusher] = []
        var reason = ""
        for way in ways {
            let pusher = run.flow(way).pusher
            guard let lack = try await run.reasonAgainst(pusher.form, with: pusher) else {
                pushers.append(pusher)
                continue
            }
            reason = lack
            // Asked again, the usual way is another one.
            if case .usual = way { pushers.append(run.flow(way).pusher) }
        }
        return pushers.isEmpty ? .failure(TypeLack(reason: reason)) : .success(pushers)
    }

    private func keep(_ outcome: RaceOutcome, _ end: StepEnd, isLast: Bool, in run: inout CaseRun) {
        var isBroken = false
        if case .violated = end { isBroken = true }
        let shown = run.races.count { $0.isBroken }
        guard (isBroken && shown < RaceStep.shownRounds) || isLast else { return }
        let round = outcome.record(isBroken: isBroken, hasExchanges: isBroken && shown == 0, in: run)
        run.races.append(round)
    }
}
