// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How long a step takes, without what was done meanwhile for the layers below it.
final class StepClock: Sendable {
    private let start = ContinuousClock.now
    private let aside = Mutex(Duration.zero)

    var duration: Duration { start.duration(to: .now) - aside.withLock(\.self) }

    func leaveOut(_ duration: Duration) {
        aside.withLock { $0 += duration }
    }
}
