// SPDX-License-Identifier: Apache-2.0

/// A program for linux/arm64: it makes the folder `/made`, and says so.
enum ForeignProgram {
    static let bytes = header.flatMap(littleEndian) + code.flatMap(littleEndian) + text

    /// Of the file and of its one segment, which is all of it.
    ///
    /// Source: System V Application Binary Interface, "Object Files".
    private static let header: [UInt64] = [
        // A 64-bit file of this byte order; a program (2) for AArch64 (0xB7).
        0x0001_0102_464C_457F, 0, 0x0000_0001_00B7_0002,
        // Where it begins; where the segment's header is; sizes of headers; one segment.
        address + 120, 64, 0, 0x0038_0040_0000_0000, 1,
        // To be loaded, for reading and running.
        0x0000_0005_0000_0001, 0, address, address, size, size, 0x1000,
    ]

    private static let address: UInt64 = 0x40_0000
    private static let size = UInt64(120 + 13 * 4 + text.count)

    private static let code: [UInt32] = [
        0xD280_0448, 0x9280_0C60, 0x1000_0161, 0xD280_3DA2, 0xD400_0001,  // mkdirat(AT_FDCWD, path, 0755)
        0xD280_0808, 0xD280_0020, 0x5000_00E1, 0xD280_0262, 0xD400_0001,  // write(1, words, 19)
        0xD280_0BA8, 0xD280_0000, 0xD400_0001,  // exit(0)
    ]

    private static let text = Array("/made\0hello from aarch64\n".utf8)

    private static func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
