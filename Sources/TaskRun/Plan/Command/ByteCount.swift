// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Numbers of bytes as Docker's flags write them: `512m`, `1.5g`, `1048576`.
enum ByteCount {
    /// Units are powers of 1,024; a number alone is bytes.
    static func parse(_ text: String) throws(InvalidValue) -> Int64 {
        let lowercase = text.lowercased()
        let digits = lowercase.prefix { $0.isNumber || $0 == "." }
        let unit = lowercase.dropFirst(digits.count)
        let shifts: [Substring: Int] = [
            "": 0, "b": 0, "k": 10, "kb": 10, "kib": 10, "m": 20, "mb": 20, "mib": 20, "g": 30, "gb": 30,
            "gib": 30,
        ]
        guard let number = Double(digits), let shift = shifts[unit], number > 0, number < 1e9 else {
            throw InvalidValue("number of bytes", text, "write it as 512m or 2g")
        }
        return Int64(number * Double(1 << shift))
    }
}
