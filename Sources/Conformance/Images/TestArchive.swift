// SPDX-License-Identifier: Apache-2.0

/// The smallest archives that are valid: one file in a tar, and gzip without compression.
///
/// Made here so that the suite depends on no archive library and its layers never change.
enum TestArchive {
    /// A tar archive of one regular file, mode 644, owner 0, time 0; `path` has at most 100 ASCII characters.
    ///
    /// Source: POSIX.1-2017, pax, "ustar Interchange Format".
    static func tar(path: String, content: [UInt8]) -> [UInt8] {
        entry(path: path, content: content) + [UInt8](repeating: 0, count: 1024)
    }

    /// The same without the end of the archive.
    static func entry(path: String, content: [UInt8]) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        put(String(path.prefix(100)), at: 0)
        put("0000644", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(octal(content.count, digits: 11), at: 124)
        put("00000000000", at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + "\0 ", at: 148)
        let padding = [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
        return header + content + padding
    }

    /// One gzip member of one stored block, of at most 65,535 bytes.
    ///
    /// Sources: RFC 1952, section 2.3; RFC 1951, section 3.2.4.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        let length = UInt16(truncatingIfNeeded: bytes.count)
        let stored = [1] + littleEndian(length) + littleEndian(~length) + bytes
        return header + stored + littleEndian(crc32(bytes))
            + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    /// Source: RFC 1952, section 8.
    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { crcTable[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }

    private static let crcTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }
}
