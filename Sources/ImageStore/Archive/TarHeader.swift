// SPDX-License-Identifier: Apache-2.0

/// The fixed part of a tar entry: one block of 512 bytes.
///
/// Sources: pax(1), "ustar Interchange Format"; the GNU tar manual, "Basic Tar Format", for names and numbers
/// beyond that.
struct TarHeader {
    enum Kind {
        case file, hardLink, symlink, folder
        /// Pax records for the next entry.
        case pax
        /// Pax records for all entries behind.
        case globalPax
        /// The name of the next entry, and the target of its link, where they are long.
        case longName, longTarget
        /// A device or a pipe.
        case special
    }

    /// Why a block is no header.
    struct Fault: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    static let blockBytes = 512

    let name: String
    let kind: Kind
    /// Of what follows, in bytes without padding.
    let size: Int64
    let linkTarget: String

    /// Reads a block; nil for the zeros that end an archive.
    init?(_ block: [UInt8]) throws(Fault) {
        guard block.contains(where: { $0 != 0 }) else { return nil }
        guard try TarHeader.number(block[148..<156]) == TarHeader.checksum(block) else {
            throw Fault("a header's checksum is wrong")
        }
        let isPOSIX = block[257..<263].elementsEqual("ustar\0".utf8)
        let prefix = isPOSIX ? TarHeader.text(block[345..<500]) : ""
        let short = TarHeader.text(block[0..<100])
        name = prefix.isEmpty ? short : "\(prefix)/\(short)"
        size = try TarHeader.number(block[124..<136])
        linkTarget = TarHeader.text(block[157..<257])
        kind = try TarHeader.kind(block[156])
    }

    private static func kind(_ flag: UInt8) throws(Fault) -> Kind {
        switch flag {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): .file
        case UInt8(ascii: "1"): .hardLink
        case UInt8(ascii: "2"): .symlink
        case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"): .special
        case UInt8(ascii: "5"): .folder
        case UInt8(ascii: "x"): .pax
        case UInt8(ascii: "g"): .globalPax
        case UInt8(ascii: "L"): .longName
        case UInt8(ascii: "K"): .longTarget
        default: throw Fault("an entry has the unknown type \(flag)")
        }
    }

    /// Octal digits, or the two's complement in base 256 that GNU tar marks with the top bit.
    private static func number(_ field: ArraySlice<UInt8>) throws(Fault) -> Int64 {
        if let first = field.first, first & 0x80 != 0 {
            var value = Int64(first & 0x7F)
            for byte in field.dropFirst() {
                guard value <= Int64.max >> 8 else { throw Fault("a number in a header is too large") }
                value = value << 8 | Int64(byte)
            }
            return value
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
        guard !digits.isEmpty else { return 0 }
        guard let value = Int64(String(decoding: digits, as: UTF8.self), radix: 8), value >= 0 else {
            throw Fault("a number in a header is not octal")
        }
        return value
    }

    /// The sum of all bytes, those of the checksum itself taken as blanks.
    private static func checksum(_ block: [UInt8]) -> Int64 {
        let others = block[..<148].reduce(0) { $0 + Int64($1) } + block[156...].reduce(0) { $0 + Int64($1) }
        return others + 8 * 0x20
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }
}
