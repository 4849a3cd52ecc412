// SPDX-License-Identifier: Apache-2.0

/// Spans of time as texts: `-1.5h`, `2h45m`.
///
/// Source: the documentation of Go's `time.ParseDuration`.
enum DurationText {
    private static let secondsOfUnit: [(name: String, seconds: Double)] = [
        ("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("h", 3600), ("m", 60), ("s", 1),
    ]

    /// - Returns: Whole seconds; nil for a text of another form.
    static func parse(_ text: String) -> Int? {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        guard rest != "0" else { return 0 }
        guard !rest.isEmpty else { return nil }
        var seconds = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0 == "." || ($0.isASCII && $0.isNumber) }
            rest = rest.dropFirst(number.count)
            guard number.count <= 18, let value = Double(number.hasPrefix(".") ? "0" + number : number[...]),
                let unit = secondsOfUnit.first(where: { rest.hasPrefix($0.name) })
            else { return nil }
            rest = rest.dropFirst(unit.name.count)
            seconds += value * unit.seconds
        }
        guard abs(seconds) < 1e12 else { return nil }
        return Int(isNegative ? -seconds : seconds)
    }

    /// `1h2m3s`, as Go prints a span of whole seconds.
    static func format(seconds: Int) -> String {
        let total = abs(seconds)
        let (hours, minutes) = (total / 3600, total / 60 % 60)
        let text =
            hours > 0
            ? "\(hours)h\(minutes)m\(total % 60)s"
            : minutes > 0 ? "\(minutes)m\(total % 60)s" : "\(total)s"
        return (seconds < 0 ? "-" : "") + text
    }
}
