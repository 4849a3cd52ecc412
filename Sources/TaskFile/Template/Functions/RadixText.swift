// SPDX-License-Identifier: Apache-2.0

/// Bytes as letters of an alphabet of 32 or 64.
///
/// Source: RFC 4648, sections 4 and 6.
struct RadixText: Sendable {
    static let base64 = RadixText(
        alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", bitsPerLetter: 6)
    static let base32 = RadixText(alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bitsPerLetter: 5)

    private let letters: [Character]
    private let values: [Character: UInt32]
    private let bitsPerLetter: Int

    private init(alphabet: String, bitsPerLetter: Int) {
        letters = Array(alphabet)
        values = Dictionary(uniqueKeysWithValues: zip(letters, 0...))
        self.bitsPerLetter = bitsPerLetter
    }

    /// Letters come in groups that hold whole bytes; `=` fills the last one.
    private var groupLength: Int { bitsPerLetter == 6 ? 4 : 8 }

    func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        var buffer: UInt32 = 0
        var bits = 0
        var count = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= bitsPerLetter {
                bits -= bitsPerLetter
                text.append(letters[Int(buffer >> UInt32(bits)) & (letters.count - 1)])
                count += 1
            }
            buffer &= 1 << UInt32(bits) - 1
        }
        if bits > 0 {
            text.append(letters[Int(buffer << UInt32(bitsPerLetter - bits)) & (letters.count - 1)])
            count += 1
        }
        return text + String(repeating: "=", count: (groupLength - count % groupLength) % groupLength)
    }

    /// - Returns: nil for letters outside the alphabet, a wrong length, or bits that no byte takes.
    func decode(_ text: String) -> [UInt8]? {
        guard text.count.isMultiple(of: groupLength) else { return nil }
        let body = text.prefix { $0 != "=" }
        guard text.dropFirst(body.count).allSatisfy({ $0 == "=" }), text.count - body.count < groupLength
        else {
            return nil
        }
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for letter in body {
            guard let value = values[letter] else { return nil }
            buffer = buffer << UInt32(bitsPerLetter) | value
            bits += bitsPerLetter
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
                buffer &= 1 << UInt32(bits) - 1
            }
        }
        return buffer == 0 && bits < bitsPerLetter ? bytes : nil
    }
}
