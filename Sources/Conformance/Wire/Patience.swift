// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
import Synchronization

/// Waits and asks again after answers that say nothing about a registry's promises.
///
/// 429 means that the request was not looked at, so any request can be sent again; after a gateway's 502, 503 and
/// 504, after a passing 500 (distribution 2.8 reads a link while it is being written), after 408 and after a broken
/// connection only a read can. A run waits for two minutes in all: a registry
/// that limits every request is not hammered, and not waited for all night. After the first 429 the run goes on more
/// slowly (``Pace``), which does not count.
///
/// Source: RFC 9110, sections 9.2.2 and 10.2.3; RFC 6585, section 4.
final class Patience: Sendable {
    /// Tries of one request, the first included.
    static let tries = 3
    /// The longest wait for one answer, whatever `Retry-After` says.
    static let longestWait = Duration.seconds(10)

    /// A limit tells how it counts only by 429: finding the pace takes several.
    private static let limitedTries = 6
    /// Before many requests at once.
    private static let longestRoom = Duration.seconds(3)

    private let left: Mutex<Duration>
    private let total: Duration
    private let putOff = Mutex(false)
    private let pace: Pace
    private let pause: @Sendable (Duration) async -> Void
    /// In seconds since 1970.
    private let now: @Sendable () -> Int64

    init(
        total: Duration = .seconds(120), now: @escaping @Sendable () -> Int64 = RetryPolicy().now,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        left = Mutex(total)
        self.total = total
        let start = ContinuousClock.now
        pace = Pace { start.duration(to: .now) }
        self.pause = pause
        self.now = now
    }

    /// True once a registry has asked to come back after more time than a run waits in all: to go on asking would be
    /// rude, and of no use.
    var isPutOff: Bool { putOff.withLock { $0 } }

    /// Waits for a moment that a step is made of; not counted.
    func rest(_ duration: Duration) async { await pause(duration) }

    /// Waits until the next request may be sent; what waits for others at a barrier is sent with them.
    ///
    /// - Returns: When that is.
    func takeTurn(_ request: HTTPRequest) async -> Duration {
        guard request.barrier == nil else { return .zero }
        let turn = pace.turn()
        if turn.wait > .zero { await pause(turn.wait) }
        return turn.moment
    }

    /// Lets a limit forget what was sent before, when so many requests are about to be sent at once.
    func makeRoom(for requests: Int) async {
        let gap = pace.gap
        if gap > .zero { await pause(min(gap * requests, Patience.longestRoom)) }
    }

    /// - Returns: True after a wait: the request, whose turn was at `sent`, may be sent again.
    func waits(after exchange: Exchange, attempt: Int, sent: Duration) async -> Bool {
        let request = exchange.request
        if exchange.status == 429 {
            let told = exchange.response.retryAfter(now: now())
            if let told, told > total {
                putOff.withLock { $0 = true }
                return false
            }
            let wait = min(told ?? .seconds(attempt), Patience.longestWait)
            pace.slowDown(sent: sent, wait: request.barrier == nil ? wait : .zero)
            guard request.barrier == nil, attempt < Patience.limitedTries else { return false }
            return await waits(wait)
        }
        guard request.barrier == nil, attempt < Patience.tries else { return false }
        switch exchange.status {
        case 408, 500, 502, 503, 504:
            guard Patience.isRead(request) else { return false }
        default: return false
        }
        let told = exchange.response.retryAfter(now: now())
        return await waits(min(told ?? .seconds(attempt), Patience.longestWait))
    }

    /// - Returns: True after a wait: the request may be sent again.
    func waits(after error: TransportError, _ request: HTTPRequest, attempt: Int) async -> Bool {
        guard error.kind == .interrupted, Patience.isRead(request), attempt < Patience.tries else {
            return false
        }
        return await waits(.milliseconds(200))
    }

    private func waits(_ duration: Duration) async -> Bool {
        let isAllowed = left.withLock { left in
            guard left >= duration else { return false }
            left -= duration
            return true
        }
        guard isAllowed, !Task.isCancelled else { return false }
        await pause(duration)
        return !Task.isCancelled
    }

    private static func isRead(_ request: HTTPRequest) -> Bool {
        request.method == .get || request.method == .head
    }
}
