// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// What must come of a race.
enum RaceExpectation: String, CaseIterable, Sendable {
    /// One writer is accepted, all others are refused.
    case oneWinner = "one-winner"
    /// Whoever was accepted finds the tag showing what it sent.
    case truthful
    /// The tag shows nothing, then one image, and never another.
    case steady
    /// At least one writer is accepted, and all that are have sent the image that the tag shows.
    case oneImage = "one-image"
    /// Everybody is accepted.
    case allAccepted = "all-accepted"
    /// The tag shows what was there, what was accepted, or, after a delete, nothing.
    case settled

    /// What every race must come to where this is asked: whoever looks at readers looks at winners, too.
    private var promises: [RaceExpectation] {
        switch self {
        case .oneWinner: [.oneWinner, .truthful]
        case .truthful: [.truthful, .oneWinner]
        case .steady: [.steady, .oneWinner, .truthful]
        case .oneImage, .allAccepted, .settled: [self]
        }
    }

    /// What is proven counts before what is not known: two winners are two winners, whatever became of a third.
    func judge(_ outcome: RaceOutcome, in run: CaseRun) async throws(TransportError) -> StepEnd {
        let tally = RaceTally(outcome, run.judge)
        var unknown: StepEnd?
        for promise in promises {
            let end = try await promise.end(tally, outcome, in: run)
            if case .violated = end { return end }
            if case .passed = end { continue }
            unknown = unknown ?? end
        }
        return RaceExpectation.disagreement(outcome, in: run) ?? unknown ?? .passed
    }

    private func end(
        _ tally: RaceTally, _ outcome: RaceOutcome, in run: CaseRun
    ) async throws(TransportError) -> StepEnd {
        switch self {
        case .oneWinner: await oneWinner(tally, outcome, in: run)
        case .steady: steady(outcome, in: run)
        case .truthful, .oneImage: truthful(tally, outcome, in: run)
        case .allAccepted: try await allAccepted(tally, in: run)
        case .settled: settled(tally, outcome, in: run)
        }
    }

    /// What is read at one address must be read at all others.
    private static func disagreement(_ outcome: RaceOutcome, in run: CaseRun) -> StepEnd? {
        guard let first = outcome.views.first else { return nil }
        for view in outcome.views {
            if case .undetermined(let reason, let exchange) = view.state {
                return .inconclusive(reason, exchange)
            }
            guard view.state.digest != first.state.digest else { continue }
            let shown = [first, view].map { view in
                "\(view.state.digest.map(run.label) ?? "nothing") at \(view.authority)"
            }
            return .violated(
                "\(outcome.tag) shows \(shown.joined(separator: " and "))", first.state.exchange,
                and: [view.state.exchange])
        }
        return nil
    }

    private func allAccepted(
        _ tally: RaceTally, in run: CaseRun
    ) async throws(TransportError) -> StepEnd {
        if let end = tally.faulty ?? tally.unknown { return end }
        if let loser = tally.refused.first {
            return .violated(
                "\(loser.name) claimed a tag of its own, and was told \(loser.exchange.summary)",
                loser.exchange)
        }
        for winner in tally.accepted {
            let state = try await run.state(of: winner.tag)
            if let end = RaceExpectation.lie(to: winner, state, in: run) { return end }
        }
        return .passed
    }

    /// Besides one, so many are shown with their exchanges.
    private static let shownWinners = 3

    private func oneWinner(_ tally: RaceTally, _ outcome: RaceOutcome, in run: CaseRun) async -> StepEnd {
        if tally.accepted.count > 1 {
            let claim = "\(tally.accepted.count) of \(tally.writers) writers were told that the tag is theirs"
            let others = tally.accepted.dropLast().suffix(RaceExpectation.shownWinners)
            return .violated(
                "\(claim); \(await run.nowShows(outcome.tag))", tally.accepted.last?.exchange,
                and: others.map(\.exchange))
        }
        if let end = tally.faulty ?? tally.unknown { return end }
        if tally.accepted.isEmpty {
            return .violated(
                "one of \(tally.writers) writers must win, and all were refused", tally.refused.last?.exchange
            )
        }
        return .passed
    }

    private func truthful(_ tally: RaceTally, _ outcome: RaceOutcome, in run: CaseRun) -> StepEnd {
        if self == .oneImage, tally.accepted.isEmpty {
            return tally.faulty ?? tally.unknown
                ?? .violated(
                    "one of \(tally.writers) writers must win, and all were refused",
                    tally.refused.last?.exchange)
        }
        for winner in tally.accepted {
            if let end = RaceExpectation.lie(to: winner, outcome.last, in: run) { return end }
        }
        return (self == .oneImage ? tally.faulty : nil) ?? tally.unknown ?? .passed
    }

    private static func lie(to winner: RaceTally.Told, _ state: TagState?, in run: CaseRun) -> StepEnd? {
        guard let image = winner.image else { return nil }
        let told = "\(winner.name) sent image \(image.name) and was told \(winner.exchange.summary)"
        let (clause, read): (String, Exchange)
        switch state {
        case .shows(image.manifest.digest, _): return nil
        case .shows(let digest, let exchange):
            (clause, read) = ("\(winner.tag) shows \(run.label(digest))", exchange)
        case .absent(let exchange): (clause, read) = ("\(winner.tag) does not exist", exchange)
        case .unclear(let reason, let exchange):
            (clause, read) = ("what \(winner.tag) shows is unclear: \(reason)", exchange)
        case .undetermined(let reason, let exchange): return .inconclusive(reason, exchange)
        case nil: return .inconclusive("nobody looked at \(winner.tag)", nil)
        }
        return .violated("\(told), and \(clause)", winner.exchange, and: [read])
    }

    private func steady(_ outcome: RaceOutcome, in run: CaseRun) -> StepEnd {
        let shown = Array(outcome.seen.drop { $0 == nil })
        guard shown.count > 1 else { return .passed }
        let names = shown.map { $0.map(run.label) ?? "nothing" }.joined(separator: ", then ")
        return .violated(
            "a new tag must show one image for good, and readers saw \(names)",
            outcome.sightings.reads.last, and: outcome.sightings.reads.dropLast().suffix(5))
    }

    private func settled(_ tally: RaceTally, _ outcome: RaceOutcome, in run: CaseRun) -> StepEnd {
        if tally.accepted.count > 1 {
            return .violated(
                "one delete makes room for one push at most, and \(tally.accepted.count) were accepted",
                tally.accepted.last?.exchange, and: tally.accepted.dropLast().map(\.exchange))
        }
        if let end = tally.faulty ?? tally.unknown { return end }
        switch outcome.last {
        case .shows(let digest, let exchange):
            let isStanding = outcome.standing?.manifest.digest == digest && tally.accepted.isEmpty
            if isStanding || tally.accepted.contains(where: { $0.image?.manifest.digest == digest }) {
                return .passed
            }
            let words =
                tally.accepted.isEmpty ? "nobody was accepted" : "\(tally.accepted[0].name) was accepted"
            return .violated("\(words), and \(outcome.tag) shows \(run.label(digest))", exchange)
        case .absent(let exchange):
            return tally.isDeleted
                ? .passed : .violated("nobody deleted \(outcome.tag), and it is gone", exchange)
        case .unclear(let reason, let exchange):
            return .violated("what \(outcome.tag) shows is unclear: \(reason)", exchange)
        case .undetermined(let reason, let exchange): return .inconclusive(reason, exchange)
        case nil: return .inconclusive("nobody looked at \(outcome.tag)", nil)
        }
    }
}
