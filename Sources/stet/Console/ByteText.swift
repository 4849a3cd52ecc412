// SPDX-License-Identifier: Apache-2.0

extension Int64 {
    /// `512 B`, `1.5 MB`: powers of 1,000.
    var bytesText: String {
        var value = Double(self)
        var units = ["B", "kB", "MB", "GB", "TB"][...]
        while value >= 1_000, units.count > 1 {
            value /= 1_000
            units.removeFirst()
        }
        guard self >= 1_000 else { return "\(self) B" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units.first ?? "")"
    }
}
