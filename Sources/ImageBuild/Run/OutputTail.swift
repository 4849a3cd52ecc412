// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The last lines of what a command writes, both streams as they come.
final class OutputTail: Sendable {
    private static let lineLimit = 20
    /// In bytes, of all lines together.
    private static let limit = 16 << 10

    private let bytes = Mutex<[UInt8]>([])

    func append(_ piece: [UInt8]) {
        bytes.withLock { bytes in
            bytes += piece.suffix(Self.limit)
            if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
        }
    }

    /// At most 20, without their ends; a carriage return begins a line anew.
    var lines: [String] {
        let text = String(decoding: bytes.withLock { $0 }.suffix(Self.limit), as: UTF8.self)
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            .map { line in line.split(separator: "\r").last.map(String.init) ?? "" }
        if lines.last == "" { lines.removeLast() }
        return lines.suffix(Self.lineLimit)
    }
}
