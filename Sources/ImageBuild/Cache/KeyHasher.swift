// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Hashes a list of fields; no two lists give the same bytes, because each text goes in behind its length.
struct KeyHasher {
    private var digester = Digester()
    private var buffer: [UInt8] = []

    private static let limit = 64 << 10

    /// `purpose` keeps keys of different kinds, and of different versions of this program, apart.
    init(_ purpose: String) {
        buffer.reserveCapacity(Self.limit + 4096)
        add(purpose)
    }

    mutating func add(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: UInt64(truncatingIfNeeded: number).littleEndian) { buffer += $0 }
        if buffer.count >= Self.limit { flush() }
    }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        buffer += text.utf8
        if buffer.count >= Self.limit { flush() }
    }

    mutating func add(_ texts: [String]) {
        add(texts.count)
        for text in texts { add(text) }
    }

    mutating func add(_ bytes: [UInt8]) {
        add(bytes.count)
        buffer += bytes
        if buffer.count >= Self.limit { flush() }
    }

    private mutating func flush() {
        buffer.withUnsafeBytes { digester.update($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    func finish() -> ContentHash {
        var last = digester
        buffer.withUnsafeBytes { last.update($0) }
        return ContentHash(last)
    }
}
