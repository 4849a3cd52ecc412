// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The distance between requests, once a registry has said that they are too many.
///
/// It grows with each further 429 and stays for the rest of the run: a registry with a limit is certified in more time
/// and not in more tries.
///
/// Source: RFC 6585, section 4.
final class Pace: Sendable {
    /// 40 requests a second.
    static let firstGap = Duration.milliseconds(25)
    static let longestGap = Duration.seconds(1)

    private struct State {
        var gap = Duration.zero
        /// When the next request may be sent.
        var next = Duration.zero
        /// When the gap was changed: what was sent before says nothing about it.
        var changed = Duration.zero
    }

    private let state = Mutex(State())
    /// The time since any fixed moment.
    private let now: @Sendable () -> Duration

    init(now: @escaping @Sendable () -> Duration) { self.now = now }

    var gap: Duration { state.withLock { $0.gap } }

    /// Reserves a turn.
    ///
    /// - Returns: How long to wait for it, and when it is.
    func turn() -> (wait: Duration, moment: Duration) {
        let now = self.now()
        return state.withLock { state in
            guard state.gap > .zero || state.next > now else { return (.zero, now) }
            let moment = max(now, state.next)
            state.next = moment + state.gap
            return (moment - now, moment)
        }
    }

    /// Takes note of a 429.
    ///
    /// - Parameters:
    ///   - sent: When the request that got it had its turn.
    ///   - wait: How long nobody should ask.
    func slowDown(sent: Duration, wait: Duration) {
        let now = self.now()
        state.withLock { state in
            state.next = max(state.next, now + wait)
            guard state.gap == .zero || sent >= state.changed else { return }
            state.gap = state.gap == .zero ? Pace.firstGap : min(state.gap * 3 / 2, Pace.longestGap)
            state.changed = state.next
        }
    }
}
