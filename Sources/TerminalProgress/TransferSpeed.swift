// SPDX-License-Identifier: Apache-2.0

package import ImageStore

/// How far a content is, and how fast it moves.
///
/// The rate is that of the last seconds, not of the whole: it falls when the network does.
package struct TransferSpeed: Hashable, Sendable {
    /// Samples are at least so far apart.
    private static let sampleSpacing = Duration.milliseconds(250)
    /// How much a new sample weighs against those before.
    private static let weight = 0.25

    package let start: Duration
    /// nil until the first byte.
    package private(set) var phase: TransferPhase?
    package private(set) var bytes: Int64 = 0
    /// Bytes a second; nil while it is too early to say.
    package private(set) var rate: Double?
    private var sample: (time: Duration, bytes: Int64) { (sampleTime, sampleBytes) }
    private var sampleTime: Duration
    private var sampleBytes: Int64 = 0

    init(since start: Duration) {
        self.start = start
        sampleTime = start
    }

    mutating func reach(_ bytes: Int64, _ phase: TransferPhase, at time: Duration) {
        if phase != self.phase || bytes < self.bytes {
            // Another way, or once more from the start: what was measured says nothing about it.
            (sampleTime, sampleBytes, rate) = (self.phase == nil ? start : time, 0, nil)
        }
        (self.phase, self.bytes) = (phase, bytes)
        let elapsed = time - sampleTime
        guard elapsed >= Self.sampleSpacing else { return }
        let current = Double(bytes - sampleBytes) / elapsed.inSeconds
        rate = rate.map { $0 + (current - $0) * Self.weight } ?? current
        (sampleTime, sampleBytes) = (time, bytes)
    }

    /// How long the rest of `size` bytes takes at this rate; nil while nobody knows.
    package func remaining(of size: Int64) -> Duration? {
        guard let rate, rate >= 1, bytes <= size else { return nil }
        return .seconds(Double(size - bytes) / rate)
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
