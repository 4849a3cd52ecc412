// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The end of what a try writes, for `retryOnErrors` and for `docker logs`.
final class OutputTail: Sendable {
    static let limitBytes = 256 << 10

    private struct State {
        var bytes: [UInt8] = []
        var hasEnded = false
        var followers: [AsyncStream<[UInt8]>.Continuation] = []
    }

    private let state = Mutex(State())

    func append(_ piece: [UInt8]) {
        let followers = state.withLock { state in
            state.bytes += piece
            // Dropped in large steps: each byte is moved once at most.
            if state.bytes.count > 2 * Self.limitBytes {
                state.bytes.removeFirst(state.bytes.count - Self.limitBytes)
            }
            return state.followers
        }
        for follower in followers { follower.yield(piece) }
    }

    /// Says that nothing is written any more.
    func end() {
        let followers = state.withLock { state in
            state.hasEnded = true
            defer { state.followers = [] }
            return state.followers
        }
        for follower in followers { follower.finish() }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    private var bytes: [UInt8] { state.withLock { Array($0.bytes.suffix(Self.limitBytes)) } }

    /// The last lines of what is kept; all of it for nil.
    func lines(last count: Int?) -> [UInt8] { Self.lines(bytes, last: count) }

    /// The last lines, and from then on each piece as it is written, until ``end()``.
    func follow(lastLines count: Int?) -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        state.withLock { state in
            let kept = Self.lines(Array(state.bytes.suffix(Self.limitBytes)), last: count)
            if !kept.isEmpty { continuation.yield(kept) }
            if state.hasEnded { continuation.finish() } else { state.followers.append(continuation) }
        }
        return stream
    }

    private static func lines(_ bytes: [UInt8], last count: Int?) -> [UInt8] {
        guard let count else { return bytes }
        guard count > 0 else { return [] }
        // A line feed at the end ends the last line, and begins none.
        let ends = bytes.indices.dropLast().filter { bytes[$0] == 0x0A }
        guard ends.count >= count else { return bytes }
        return Array(bytes[(ends[ends.count - count] + 1)...])
    }
}
