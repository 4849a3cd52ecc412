// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
import Synchronization

/// Waits and asks again after answers that say nothing about a registry's promises.
///
/// 429 means that the request was not looked at, so any request can be sent again; after a gateway's 502, 503 and
/// 504, after a passing 500 (distribution 2.8 reads a link while it is being written), after 408 and after a broken
/// connection only a read can. A run waits for two minutes in all: a registry
/// that limits every request is not hammered, and not waited for all night.
///
/// Source: RFC 9110, sections 9.2.2 and 10.2.3; RFC 6585, section 4.
final class Patience: Sendable {
    /// Tries of one request, the first included.
    static let tries = 3
    /// The longest wait for one answer, whatever `Retry-After` says.
    static let longestWait = Duration.seconds(10)

    private let left: Mutex<Duration>
    private let pause: @Sendable (Duration) async -> Void
    /// In seconds since 1970.
    private let now: @Sendable () -> Int64

    init(
        total: Duration = .seconds(120), now: @escaping @Sendable () -> Int64 = RetryPolicy().now,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        left = Mutex(total)
        self.pause = pause
        self.now = now
    }

    /// Waits for a moment that a step is made of; not counted.
    func rest(_ duration: Duration) async { await pause(duration) }

    /// - Returns: True after a wait: the request may be sent again.
    func waits(after exchange: Exchange, attempt: Int) async -> Bool {
        let request = exchange.request
        guard request.barrier == nil, attempt < Patience.tries else { return false }
        switch exchange.status {
        case 429: break
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
