// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// What came of one round of a race.
struct RaceOutcome: Sendable {
    struct Entry: Sendable {
        let name: String
        /// nil for the one that deletes.
        let image: TestImage?
        let tag: Tag
        /// True for `?tag=`, which a registry need not know: then it says nothing of the tag.
        let isByParameter: Bool
        let request: HTTPRequest
        let answer: Result<Exchange, TransportError>
        let start: Duration
        let end: Duration
    }

    /// What one address says when the race is over.
    struct View: Sendable {
        let authority: String
        let state: TagState
    }

    static let readsAfterwards = 3

    let tag: Tag
    let entries: [Entry]
    /// What the tag showed before the race.
    let standing: TestImage?
    /// When it began, since the case did.
    let begin: Duration
    /// What readers saw.
    var sightings = TagSightings()
    /// What the tag shows now.
    private(set) var last: TagState?
    /// What it shows at each address, where there are several.
    var views: [View] = []

    var seen: [Digest?] { sightings.seen }
    /// HEAD and GET did not agree on it once the race was over.
    private(set) var contradiction: StepEnd?

    init(tag: Tag, entries: [Entry], standing: TestImage?, begin: Duration) {
        self.tag = tag
        self.entries = entries
        self.standing = standing
        self.begin = begin
    }

    mutating func see(_ state: TagState) {
        last = state
        switch state {
        case .absent(let exchange): sightings.note(nil, exchange)
        case .shows(let shown, let exchange): sightings.note(shown, exchange)
        case .unclear(let reason, let exchange):
            contradiction = contradiction ?? .violated("once the race is over, \(reason)", exchange)
        case .undetermined: break
        }
    }

    /// The answers to those who claimed the tag by its name, each with an image of its own, and lost.
    func refusals(_ judge: AnswerJudge) -> [(image: TestImage, exchange: Exchange)] {
        guard standing == nil else { return [] }
        let named = Set(entries.lazy.filter { !$0.isByParameter && $0.tag == tag }.map(\.name))
        let tally = RaceTally(self, judge)
        let winners = Set(tally.accepted.compactMap { $0.image?.manifest.digest })
        return tally.refused.compactMap { loser in
            guard named.contains(loser.name), let image = loser.image,
                !winners.isEmpty, !winners.contains(image.manifest.digest)
            else { return nil }
            return (image, loser.exchange)
        }
    }

    /// The round for a report, with what was said in it or without.
    func record(isBroken: Bool, hasExchanges: Bool, in run: CaseRun) -> RaceRound {
        RaceRound(
            tag: tag.rawValue,
            entries: entries.map { entry in
                RaceRound.Entry(
                    name: entry.name, startMicroseconds: entry.start.microseconds,
                    endMicroseconds: entry.end.microseconds,
                    status: (try? entry.answer.get())?.status)
            },
            seen: seen.map { $0.map(run.label) ?? "nothing" }, isBroken: isBroken,
            exchanges: hasExchanges ? exchanges : nil)
    }

    private var exchanges: [ExchangeRecord] {
        let raced = entries.map { entry in
            switch entry.answer {
            case .success(let exchange): ExchangeRecord(exchange)
            case .failure(let error):
                ExchangeRecord(
                    entry.request, error, .writer,
                    ExchangeTime(start: begin + entry.start, duration: entry.end - entry.start))
            }
        }
        let read = sightings.reads.map { ExchangeRecord($0) }
        return (raced + read).sorted { ($0.startMicroseconds ?? 0) < ($1.startMicroseconds ?? 0) }
    }
}
