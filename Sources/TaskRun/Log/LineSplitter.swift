// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A stream of bytes as lines of text.
///
/// A line that is very long comes in several; bytes that are no UTF-8 become U+FFFD; what a carriage return
/// makes a terminal overwrite is left out.
package struct LineSplitter: Sendable {
    static let limitBytes = 16 << 10

    private var rest: [UInt8] = []

    package init() {}

    /// The lines that end in these bytes, without their ends.
    ///
    /// `limit`: how many lines there are at most: the last ones.
    package mutating func take(_ bytes: [UInt8], atMost limit: Int = .max) -> [String] {
        var lines: [String] = []
        var start = limit == .max ? 0 : Self.start(ofLast: limit, in: bytes)
        if start > 0 { rest.removeAll(keepingCapacity: true) }
        while let end = Self.lineFeed(in: bytes, from: start) {
            rest += bytes[start..<end]
            lines.append(contentsOf: flush())
            start = end + 1
        }
        rest += bytes[start...]
        while rest.count > Self.limitBytes {
            lines.append(String(decoding: rest.prefix(Self.limitBytes), as: UTF8.self))
            rest.removeFirst(Self.limitBytes)
        }
        return lines
    }

    private static func lineFeed(in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let place = memchr(base + start, 0x0A, bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(place) - base
        }
    }

    /// Where the last `count` lines begin; 0 when there are no more.
    private static func start(ofLast count: Int, in bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { bytes in
            var left = count
            for index in bytes.indices.reversed() where bytes[index] == 0x0A {
                if left == 0 { return index + 1 }
                left -= 1
            }
            return 0
        }
    }

    /// The line that has no end.
    package mutating func finish() -> [String] {
        rest.isEmpty ? [] : flush()
    }

    private mutating func flush() -> [String] {
        var line = rest
        rest.removeAll(keepingCapacity: true)
        if line.last == 0x0D { line.removeLast() }
        // Of a progress line that overwrites itself, what is last seen.
        if let last = line.lastIndex(of: 0x0D) { line.removeFirst(last + 1) }
        return [String(decoding: line, as: UTF8.self)]
    }
}
