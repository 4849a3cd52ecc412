// SPDX-License-Identifier: Apache-2.0

/// Tells from a file's first bytes whether it can be a tar archive, plain or compressed.
///
/// Source: Dockerfile reference, "ADD": identity, gzip, bzip2, xz and zstd tar archives, told by content;
/// POSIX pax, "ustar Interchange Format", for the checksum.
enum ArchiveSignature {
    /// How many first bytes are looked at.
    static let count = 512

    private static let compressed: [[UInt8]] = [
        [0x1F, 0x8B], Array("BZh".utf8), [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], [0x28, 0xB5, 0x2F, 0xFD],
    ]

    /// - Returns: True when a file that begins with `start` is compressed, or begins with the header of a tar
    /// entry.
    static func isPresent(in start: [UInt8]) -> Bool {
        compressed.contains { start.starts(with: $0) } || isTarHeader(start)
    }

    /// True for what `zip` packs, which nobody unpacks here.
    static func isZip(_ start: [UInt8]) -> Bool { start.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

    private static func isTarHeader(_ start: [UInt8]) -> Bool {
        guard start.count >= count else { return false }
        let field = start[148..<156]
        let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
        guard let expected = Int(String(decoding: digits, as: UTF8.self), radix: 8) else { return false }
        let sum = start[..<count].reduce(0) { $0 + Int($1) } - field.reduce(0) { $0 + Int($1) } + 8 * 0x20
        return sum == expected
    }
}
