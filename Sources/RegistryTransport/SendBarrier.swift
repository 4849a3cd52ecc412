// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets several requests send their last byte at the same moment, which makes a race as tight as it gets.
///
/// A transport sends everything but the last byte of the body, calls ``arrive(_:)``, and sends the last byte when
/// its closure is called. A request that ends before that point calls ``leave()``, so that nobody waits for it.
package final class SendBarrier: Sendable {
    private struct State {
        var missing: Int
        var waiting: [@Sendable () -> Void] = []
        var lastMissing: (@Sendable () -> Void)?
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - parties: How many requests carry this barrier.
    ///   - lastMissing: Called once when all parties but one are there.
    package init(parties: Int, lastMissing: (@Sendable () -> Void)? = nil) {
        state = Mutex(State(missing: parties, lastMissing: lastMissing))
    }

    /// This request has only its last byte left; `release` is called once, when all others are there too.
    package func arrive(_ release: @escaping @Sendable () -> Void) {
        count(release)
    }

    /// This request is over and never arrived.
    package func leave() {
        count(nil)
    }

    private func count(_ release: (@Sendable () -> Void)?) {
        let released = state.withLock { state in
            state.missing -= 1
            if let release { state.waiting.append(release) }
            if state.missing == 1, let lastMissing = state.lastMissing {
                state.lastMissing = nil
                return [lastMissing]
            }
            guard state.missing <= 0 else { return [] as [@Sendable () -> Void] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for release in released { release() }
    }
}
