// SPDX-License-Identifier: Apache-2.0

/// What stands in the text of a name for characters that are not safe there: see ``Swift/String/init(nameBytes:)``.
///
/// Texts of other characters are in Unicode's form C, where two that are equal are the same; stand-ins are, too.
extension Unicode.Scalar {
    /// How far away a character's stand-in is: from the first two planes to the last two, which are for private use.
    private static let distance: UInt32 = 0xF_0000
    /// Behind the stand-ins of characters, those of bytes: this plus the byte, which is none of ASCII.
    private static let bytes: UInt32 = 0x10_FF00

    /// The character itself, or what stands for it: one character, or for one of a far plane one for each byte.
    var standIns: [Unicode.Scalar] {
        guard needsStandIn else { return [self] }
        let moved = value + Unicode.Scalar.distance
        if moved < Unicode.Scalar.bytes + 0x80, let standIn = Unicode.Scalar(moved) { return [standIn] }
        return (UTF8.encode(self) ?? .init()).map(Unicode.Scalar.standIn(for:))
    }

    static func standIn(for byte: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(bytes + UInt32(byte)) ?? "\u{FFFD}"
    }

    /// The bytes of the character, or of what it stands for.
    var nameBytes: [UInt8] {
        if value >= Unicode.Scalar.bytes + 0x80 { return [UInt8(truncatingIfNeeded: value)] }
        let origin = value < Unicode.Scalar.distance ? nil : Unicode.Scalar(value - Unicode.Scalar.distance)
        return Array(UTF8.encode(origin ?? self) ?? .init())
    }

    /// True for what may be equal to other characters, or make one with its neighbours, and for stand-ins.
    var needsStandIn: Bool {
        guard value >= 0x300 else { return false }
        if value >= Unicode.Scalar.distance { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .format: return true
        default: return Unicode.Scalar.unsafe.contains { $0.contains(value) }
        }
    }

    /// Sources: DerivedNormalizationProps.txt, `NFC_QC=N`, which no later version of Unicode changes, in somewhat wider
    /// ranges; GraphemeBreakProperty.txt, `Extend`, `SpacingMark`, `Prepend`, of what is no mark.
    private static let unsafe: [ClosedRange<UInt32>] = [
        0x374...0x374, 0x37E...0x37E, 0x387...0x387, 0x958...0x95F, 0x9DC...0x9DF, 0xA33...0xA36,
        0xA59...0xA5E, 0xB5C...0xB5D, 0xD4E...0xD4E, 0xE33...0xE33, 0xEB3...0xEB3, 0xF43...0xFB9,
        // Vowels and finals of Hangul, which make syllables.
        0x1160...0x11FF,
        0x1F71...0x1FFD, 0x2000...0x2001, 0x2126...0x212B, 0x2329...0x232A, 0x2ADC...0x2ADC,
        0xD7B0...0xD7FF, 0xF900...0xFAFF, 0xFB1D...0xFB4E, 0xFF9E...0xFF9F,
        0x1_11C2...0x1_11C3, 0x1_13D1...0x1_13D1, 0x1_193F...0x1_1941, 0x1_1A3A...0x1_1A3A,
        0x1_1A84...0x1_1A89, 0x1_1D46...0x1_1D46, 0x1_1F02...0x1_1F02, 0x1_D15E...0x1_D1C0,
        0x1_F3FB...0x1_F3FF, 0x2_F800...0x2_FA1F,
    ]
}
