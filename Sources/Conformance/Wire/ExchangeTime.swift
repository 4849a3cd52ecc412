// SPDX-License-Identifier: Apache-2.0

/// When a request was sent, and how long its answer took.
struct ExchangeTime: Hashable, Sendable {
    /// Since the case began.
    let start: Duration
    let duration: Duration
}

/// Tells how long ago a case began.
struct CaseClock: Sendable {
    private let now: @Sendable () -> Duration
    private let start: Duration

    /// - Parameter now: The time since any fixed moment.
    init(_ now: @escaping @Sendable () -> Duration) {
        self.now = now
        start = now()
    }

    var elapsed: Duration { now() - start }

    /// The time of what began at `start` and ends now.
    func time(from start: Duration) -> ExchangeTime { ExchangeTime(start: start, duration: elapsed - start) }
}

extension Duration {
    /// Whole ones, the rest dropped.
    var microseconds: Int {
        Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
    }
}
