// SPDX-License-Identifier: Apache-2.0

/// Writes numbers and texts one behind another: for tables that are read at every build.
struct BinaryWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: UInt64(truncatingIfNeeded: number).littleEndian) { bytes += $0 }
    }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        bytes += text.utf8
    }

    mutating func add(_ raw: [UInt8]) {
        add(raw.count)
        bytes += raw
    }

    mutating func add(_ hash: ContentHash?) {
        bytes += hash?.bytes ?? [UInt8](repeating: 0, count: ContentHash.byteCount)
    }
}

/// Reads what a ``BinaryWriter`` wrote; anything else gives nil somewhere.
struct BinaryReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number() -> Int64? {
        guard position + 8 <= bytes.count else { return nil }
        let start = position
        position += 8
        return bytes.withUnsafeBytes {
            Int64(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Int64.self))
        }
    }

    mutating func raw() -> ArraySlice<UInt8>? {
        guard let count = number(), count >= 0, count <= bytes.count - position else { return nil }
        return take(Int(count))
    }

    mutating func text() -> String? {
        raw().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Zeros stand for no hash.
    mutating func hash() -> ContentHash?? {
        guard position + ContentHash.byteCount <= bytes.count else { return nil }
        let slice = take(ContentHash.byteCount)
        return .some(slice.allSatisfy { $0 == 0 } ? nil : ContentHash(slice))
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { position += count }
        return bytes[position..<position + count]
    }
}
