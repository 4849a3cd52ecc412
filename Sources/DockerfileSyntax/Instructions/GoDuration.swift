// SPDX-License-Identifier: Apache-2.0

/// A span of time as Go spells it: `1h30m`, `1.5s`, `500ms`.
///
/// Source: Go, `time.ParseDuration`.
package struct GoDuration {
    package let duration: Duration

    private static let units: [(suffix: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
    ]

    package init?(_ text: String) {
        guard text != "0" else {
            duration = .zero
            return
        }
        var rest = Substring(text)
        var total = 0.0
        repeat {
            let number = rest.prefix { ($0.isASCII && $0.isNumber) || $0 == "." }
            rest = rest.dropFirst(number.count)
            let suffix = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(suffix.count)
            guard let value = Double(number), let unit = Self.units.first(where: { $0.suffix == suffix })
            else {
                return nil
            }
            total += value * unit.nanoseconds
        } while !rest.isEmpty
        guard total < Double(Int64.max) else { return nil }
        duration = .nanoseconds(Int64(total))
    }
}
