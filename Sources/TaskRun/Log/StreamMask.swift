// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Replaces secrets in a stream of bytes, wherever its pieces are cut.
///
/// The end of what came in is held back as long as it may be the beginning of a secret: at most as many bytes
/// as the longest secret has.
package struct StreamMask: Sendable {
    /// The longest first.
    private let secrets: [[UInt8]]
    private var held: [UInt8] = []

    static let stars = Array("***".utf8)

    /// - Parameter texts: What must not be shown; empty ones are left out.
    package init(_ texts: [String]) {
        secrets = texts.map { Array($0.utf8) }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
    }

    /// Takes the next bytes and gives those that are known to be no part of a secret.
    package mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        guard !secrets.isEmpty else { return bytes }
        held += bytes
        let shown = held.count - beginningOfSecretCount()
        return release(upTo: shown)
    }

    /// What was held back, at the end of the stream.
    package mutating func finish() -> [UInt8] {
        release(upTo: held.count)
    }

    /// Replaces the secrets that begin before `end` and forgets what was given out.
    private mutating func release(upTo end: Int) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        while position < end, let found = firstSecret(from: position), found.lowerBound < end {
            result += held[position..<found.lowerBound]
            result += Self.stars
            position = found.upperBound
        }
        if position < end {
            result += held[position..<end]
            position = end
        }
        held.removeFirst(position)
        return result
    }

    /// The first secret from a place on; of several at one place the longest.
    private func firstSecret(from start: Int) -> Range<Int>? {
        var first: Range<Int>?
        for secret in secrets {
            guard let place = find(secret, from: start) else { continue }
            if first.map({ place < $0.lowerBound }) ?? true { first = place..<(place + secret.count) }
        }
        return first
    }

    private func find(_ secret: [UInt8], from start: Int) -> Int? {
        guard let first = secret.first else { return nil }
        return held.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var from = start
            while bytes.count - from >= secret.count {
                let candidates = bytes.count - from - secret.count + 1
                guard let place = memchr(base + from, Int32(first), candidates) else { return nil }
                if memcmp(place, secret, secret.count) == 0 { return UnsafeRawPointer(place) - base }
                from = UnsafeRawPointer(place) - base + 1
            }
            return nil
        }
    }

    /// How many bytes at the end are the beginning of some secret, and not all of it.
    private func beginningOfSecretCount() -> Int {
        var most = 0
        for secret in secrets {
            var count = min(secret.count - 1, held.count)
            while count > most, !held.suffix(count).elementsEqual(secret.prefix(count)) { count -= 1 }
            most = max(most, count)
        }
        return most
    }
}
