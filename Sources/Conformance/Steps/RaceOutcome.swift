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
        let answer: Result<Exchange, TransportError>
        let start: Duration
        let end: Duration
    }

    static let readsAfterwards = 3

    let tag: Tag
    let entries: [Entry]
    /// What the tag showed before the race.
    let standing: TestImage?
    /// What readers saw, each time that it changed; nil for nothing.
    var seen: [Digest?] = []
    /// What the tag shows now.
    private(set) var last: TagState?

    init(tag: Tag, entries: [Entry], standing: TestImage?) {
        self.tag = tag
        self.entries = entries
        self.standing = standing
    }

    mutating func see(_ state: TagState) {
        last = state
        let digest: Digest?
        switch state {
        case .absent: digest = nil
        case .shows(let shown, _): digest = shown
        case .unclear, .undetermined: return
        }
        if seen.isEmpty || seen.last != .some(digest) { seen.append(digest) }
    }

    /// The answer to one that lost.
    func refusal(_ judge: AnswerJudge) -> Exchange? {
        RaceTally(self, judge).refused.last?.exchange
    }

    func record(isBroken: Bool, in run: CaseRun) -> RaceRound {
        RaceRound(
            tag: tag.rawValue,
            entries: entries.map { entry in
                RaceRound.Entry(
                    name: entry.name, startMicroseconds: RaceOutcome.microseconds(entry.start),
                    endMicroseconds: RaceOutcome.microseconds(entry.end),
                    status: (try? entry.answer.get())?.status)
            },
            seen: seen.map { $0.map(run.label) ?? "nothing" }, isBroken: isBroken)
    }

    private static func microseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    }
}
