// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Keeps refusals from filling the audit trail: the same one once in a minute, and at most sixty in all.
package final class RefusalLimit: Sendable {
    private struct Minute {
        var number = 0
        var seen: Set<[String]> = []
    }

    private static let most = 60
    private let minute = Mutex(Minute())
    private let now: @Sendable () -> Int

    /// `now` gives seconds since some moment.
    package init(now: @escaping @Sendable () -> Int = { time(nil) }) {
        self.now = now
    }

    /// True when a refusal is to be recorded; `parts` say what makes it the same as another.
    package func admits(_ parts: [String]) -> Bool {
        let number = now() / 60
        return minute.withLock { minute in
            if minute.number != number { minute = Minute(number: number) }
            guard minute.seen.count < RefusalLimit.most else { return false }
            return minute.seen.insert(parts).inserted
        }
    }
}
