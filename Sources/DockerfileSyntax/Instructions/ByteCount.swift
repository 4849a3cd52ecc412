// SPDX-License-Identifier: Apache-2.0

/// A size as people write it: `64m`, `1.5g`, `512kb`, `4096`; the units are powers of 1,024.
package struct ByteCount: Hashable, Sendable {
    package let bytes: Int64

    private static let units = ["": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5]

    /// - Returns: nil for what is no size, and for one that does not fit into 63 bits.
    package init?(_ text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        var unit = text[number.endIndex...].trimmingBlanks.lowercased()
        if unit.hasSuffix("b") { unit.removeLast() }
        if unit.hasSuffix("i") { unit.removeLast() }
        guard let value = Double(number), let power = Self.units[unit] else { return nil }
        var bytes = value
        for _ in 0..<power { bytes *= 1_024 }
        guard bytes < Double(Int64.max) else { return nil }
        self.bytes = Int64(bytes)
    }
}
