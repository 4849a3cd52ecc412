// SPDX-License-Identifier: Apache-2.0

package import RegistryTransport

/// How an operation of several requests goes on after a fault that passes.
///
/// The transport repeats single requests; this is for uploads and downloads, which go on where they were, and for
/// manifests, whose fate is asked before they are sent again.
package struct BackOff: Sendable {
    /// So many faults in a row end the operation.
    package var faultLimit = 5
    /// The pauses: the first one, and the longest.
    package var policy = RetryPolicy()
    /// Waits, and throws when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// Random from 0 to 1.
    package var jitter: @Sendable () -> Double = { Double.random(in: 0...1) }

    package init() {}

    /// The pause after a fault, counted from 1: between half and the whole of a length that doubles.
    func pause(afterFault number: Int) -> Duration {
        let doubled = policy.firstPause * (1 << min(max(number - 1, 0), 16))
        return min(doubled, policy.longestPause) * (0.5 + 0.5 * jitter())
    }
}

/// The faults of one operation so far.
struct FaultCount {
    /// A step of this many bytes shows that faults are not all that happens: the count begins anew.
    private static let stepBytes: Int64 = 1 << 20

    private let backOff: BackOff
    private var inARow = 0
    private var mark: Int64 = 0

    init(_ backOff: BackOff) {
        self.backOff = backOff
    }

    /// The operation has come as far as `offset`.
    mutating func reach(_ offset: Int64) {
        guard offset >= mark + FaultCount.stepBytes else { return }
        mark = offset
        inARow = 0
    }

    /// Counts a fault and waits; `isPaused` when somebody has waited already.
    ///
    /// - Throws: `error` when it was one too many; ``RegistryError/local(_:)`` with the cancellation.
    mutating func endure(_ error: RegistryError, isPaused: Bool = false) async throws(RegistryError) {
        inARow += 1
        guard inARow < backOff.faultLimit else { throw error }
        guard !isPaused else { return }
        RetryNews.listener?.tell("\(error)")
        do {
            try await backOff.sleep(backOff.pause(afterFault: inARow))
        } catch {
            throw .local(error)
        }
    }
}

extension RegistryError {
    /// A fault of the connection or of the moment, not of the content; never a denial.
    ///
    /// 429, 503 and a host that cannot be reached are not among them: the transport has tried those as often as it
    /// makes sense.
    var isPassing: Bool {
        switch self {
        case .transport(let error): error.kind == .interrupted || error.kind == .stalled
        case .unexpected(let answer): [408, 500, 502, 504].contains(answer.status)
        case .refused, .notDeleted, .notListed, .notFound, .unauthorized, .malformed, .mismatch, .local: false
        }
    }
}
