// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What was said in one case, in the order of the answers: the first exchanges and the last ones.
///
/// A case may repeat its steps 100,000 times. How it began and how it ended is what a person reads.
final class Transcript: Sendable {
    /// Kept from the beginning: preparation, and a repetition or two.
    static let firstCount = 24
    /// Kept from the end: a whole round of 32 writers.
    static let lastCount = 40

    private struct Lines {
        var first: [ExchangeRecord] = []
        var last: [ExchangeRecord] = []
        var omitted = 0
        var hasAnswer = false
        var policies: Set<String> = []
    }

    private let lines = Mutex(Lines())

    var records: [ExchangeRecord] { lines.withLock { $0.first + $0.last } }

    /// How many exchanges between the first and the last ones were dropped.
    var omitted: Int { lines.withLock { $0.omitted } }

    /// True when any request was answered.
    var hasAnswer: Bool { lines.withLock { $0.hasAnswer } }

    /// The policies by which refusals say that they were refused.
    var policies: Set<String> { lines.withLock { $0.policies } }

    func append(_ record: ExchangeRecord) {
        let policy = record.refusingPolicy
        lines.withLock { lines in
            if record.status != nil { lines.hasAnswer = true }
            if let policy { lines.policies.insert(policy) }
            guard lines.first.count == Transcript.firstCount else {
                lines.first.append(record)
                return
            }
            lines.last.append(record)
            guard lines.last.count > Transcript.lastCount else { return }
            lines.last.removeFirst()
            lines.omitted += 1
        }
    }
}
