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

    /// What is proven counts before what is not known: two winners are two winners, whatever became of a third.
    func judge(_ outcome: RaceOutcome, in run: CaseRun) async throws(TransportError) -> StepEnd {
        let tally = RaceTally(outcome, run.judge)
        switch self {
        case .oneWinner: return await oneWinner(tally, outcome, in: run)
        case .steady: return steady(outcome, in: run)
        case .truthful, .oneImage: return truthful(tally, outcome, in: run)
        case .allAccepted:
            if let end = tally.faulty ?? tally.unknown { return end }
            guard let loser = tally.refused.first else { return .passed }
            return .violated(
                "\(loser.name) claimed a tag of its own, and was told \(loser.exchange.summary)",
                loser.exchange)
        case .settled: return settled(tally, outcome, in: run)
        }
    }

    private func oneWinner(_ tally: RaceTally, _ outcome: RaceOutcome, in run: CaseRun) async -> StepEnd {
        if tally.accepted.count > 1 {
            let claim = "\(tally.accepted.count) of \(tally.writers) writers were told that the tag is theirs"
            return .violated(
                "\(claim); \(await run.nowShows(outcome.tag))", tally.accepted.last?.exchange)
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
            if let end = lie(to: winner, outcome, in: run) { return end }
        }
        return (self == .oneImage ? tally.faulty : nil) ?? tally.unknown ?? .passed
    }

    private func lie(to winner: RaceTally.Told, _ outcome: RaceOutcome, in run: CaseRun) -> StepEnd? {
        guard let image = winner.image else { return nil }
        let told = "\(winner.name) sent image \(image.name) and was told \(winner.exchange.summary)"
        switch outcome.last {
        case .shows(image.manifest.digest, _): return nil
        case .shows(let digest, let exchange):
            return .violated("\(told), and \(outcome.tag) shows \(run.label(digest))", exchange)
        case .absent(let exchange):
            return .violated("\(told), and \(outcome.tag) does not exist", exchange)
        case .unclear(let reason, let exchange):
            return .violated("\(told), and what \(outcome.tag) shows is unclear: \(reason)", exchange)
        case .undetermined(let reason, let exchange): return .inconclusive(reason, exchange)
        case nil: return .inconclusive("nobody looked at \(outcome.tag)", nil)
        }
    }

    private func steady(_ outcome: RaceOutcome, in run: CaseRun) -> StepEnd {
        let shown = Array(outcome.seen.drop { $0 == nil })
        guard shown.count > 1 else { return .passed }
        let names = shown.map { $0.map(run.label) ?? "nothing" }.joined(separator: ", then ")
        return .violated("a new tag must show one image for good, and readers saw \(names)", nil)
    }

    private func settled(_ tally: RaceTally, _ outcome: RaceOutcome, in run: CaseRun) -> StepEnd {
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

/// The answers of a race, sorted.
struct RaceTally {
    struct Told {
        let name: String
        let image: TestImage?
        let exchange: Exchange
    }

    private(set) var accepted: [Told] = []
    private(set) var refused: [Told] = []
    private(set) var faulty: StepEnd?
    private(set) var unknown: StepEnd?
    /// True when the request that deletes was accepted.
    private(set) var isDeleted = false
    let writers: Int

    init(_ outcome: RaceOutcome, _ judge: AnswerJudge) {
        writers = outcome.entries.count { $0.image != nil }
        for entry in outcome.entries {
            switch entry.answer {
            case .failure(let error):
                unknown = .inconclusive("\(entry.name) got no answer: \(error)", nil)
            case .success(let exchange):
                let told = Told(name: entry.name, image: entry.image, exchange: exchange)
                switch judge.meaning(of: exchange) {
                case .accepted where entry.image == nil: isDeleted = true
                case .accepted where entry.isByParameter && exchange.response.headers["OCI-Tag"] == nil: break
                case .accepted: accepted.append(told)
                case .refused: if entry.image != nil { refused.append(told) }
                case .faulty(let reason): faulty = .violated("\(entry.name): \(reason)", exchange)
                case .undetermined(let reason): unknown = .inconclusive(reason, exchange)
                }
            }
        }
    }
}
