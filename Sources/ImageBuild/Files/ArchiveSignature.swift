// SPDX-License-Identifier: Apache-2.0

/// Tells what `ADD` would unpack from what it copies.
///
/// Source: Dockerfile reference, "ADD": identity, gzip, bzip2, xz and zstd tar archives, told by content.
enum ArchiveSignature {
    private static let signatures: [(offset: Int, bytes: [UInt8])] = [
        (0, [0x1F, 0x8B]), (0, Array("BZh".utf8)), (0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
        (0, [0x28, 0xB5, 0x2F, 0xFD]), (257, Array("ustar".utf8)),
    ]

    /// - Returns: True when a file that begins with `start` (512 bytes suffice) is compressed or a tar archive.
    static func isPresent(in start: [UInt8]) -> Bool {
        signatures.contains { start.dropFirst($0.offset).starts(with: $0.bytes) }
    }
}
