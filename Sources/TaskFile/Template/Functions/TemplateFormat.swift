// SPDX-License-Identifier: Apache-2.0

/// The verbs of Go's `printf` that texts need: `%s %d %v %q %x %X %o %b %t %c %f %e %g %%`, with `-`, `+`,
/// `0`, width and precision.
///
/// Source: the documentation of Go's fmt.
enum TemplateFormat {
    private struct Directive {
        var flags: Set<Character> = []
        var width = 0
        var precision: Int?
        var verb: Character = "%"
    }

    static func print(_ format: String, _ values: [TemplateValue]) -> String {
        var result = ""
        var rest = format[...]
        var next = values[...]
        while let percent = rest.firstIndex(of: "%") {
            result += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            guard let directive = takeDirective(from: &rest) else { return result + "%!(NOVERB)" }
            if directive.verb == "%" {
                result += "%"
            } else if let value = next.popFirst() {
                result += padded(written(value, directive), directive, isNumber: value.kind != "string")
            } else {
                result += "%!\(directive.verb)(MISSING)"
            }
        }
        result += rest
        guard !next.isEmpty else { return result }
        return result + "%!(EXTRA " + next.map { "\($0.kind)=\($0.printed)" }.joined(separator: ", ") + ")"
    }

    private static func takeDirective(from text: inout Substring) -> Directive? {
        var directive = Directive()
        while let flag = text.first, "-+0# ".contains(flag) {
            directive.flags.insert(flag)
            text.removeFirst()
        }
        directive.width = takeNumber(from: &text)
        if text.first == "." {
            text.removeFirst()
            directive.precision = takeNumber(from: &text)
        }
        guard let verb = text.popFirst() else { return nil }
        directive.verb = verb
        return directive
    }

    private static func takeNumber(from text: inout Substring) -> Int {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        text = text.dropFirst(digits.count)
        return min(Int(digits) ?? 0, 1000)
    }

    private static func written(_ value: TemplateValue, _ directive: Directive) -> String {
        switch (directive.verb, value) {
        case ("v", _): return signed(value.printed, value, directive)
        case ("s", .text(let text)):
            return directive.precision.map { String(text.prefix($0)) } ?? text
        case ("q", .text(let text)): return JSONText.quoted(text, escapesHTML: false)
        case ("x", .text(let text)), ("X", .text(let text)):
            let hex = text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return directive.verb == "X" ? hex.uppercased() : hex
        case ("t", .boolean(let flag)): return String(flag)
        case ("d", .integer(let number)): return signed(String(number), value, directive)
        case ("x", .integer(let number)): return String(number, radix: 16)
        case ("X", .integer(let number)): return String(number, radix: 16, uppercase: true)
        case ("o", .integer(let number)): return String(number, radix: 8)
        case ("b", .integer(let number)): return String(number, radix: 2)
        case ("c", .integer(let number)):
            return UInt32(exactly: number).flatMap(UnicodeScalar.init).map { String(Character($0)) }
                ?? "\u{FFFD}"
        case ("f", .number(let number)):
            return signed(fixed(number, directive.precision ?? 6), value, directive)
        case ("g", .number), ("e", .number): return signed(value.printed, value, directive)
        default: return "%!\(directive.verb)(\(value == .null ? "<nil>" : "\(value.kind)=\(value.printed)"))"
        }
    }

    private static func signed(_ text: String, _ value: TemplateValue, _ directive: Directive) -> String {
        guard directive.flags.contains("+"), !text.hasPrefix("-") else { return text }
        switch value {
        case .integer, .number: return "+" + text
        default: return text
        }
    }

    /// `precision` digits behind the point, halves to even.
    private static func fixed(_ number: Double, _ precision: Int) -> String {
        let precision = min(precision, 15)
        var scale = 1.0
        for _ in 0..<precision { scale *= 10 }
        guard let scaled = Int(exactly: (abs(number) * scale).rounded(.toNearestOrEven)) else {
            return TemplateValue.number(number).printed
        }
        let digits = String(scaled)
        let padded = String(repeating: "0", count: max(0, precision + 1 - digits.count)) + digits
        let sign = number < 0 && scaled != 0 ? "-" : ""
        guard precision > 0 else { return sign + padded }
        return sign + padded.dropLast(precision) + "." + padded.suffix(precision)
    }

    private static func padded(_ text: String, _ directive: Directive, isNumber: Bool) -> String {
        let missing = directive.width - text.count
        guard missing > 0 else { return text }
        if directive.flags.contains("-") { return text + String(repeating: " ", count: missing) }
        guard directive.flags.contains("0"), isNumber else {
            return String(repeating: " ", count: missing) + text
        }
        let sign = text.prefix { $0 == "-" || $0 == "+" }
        return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
    }
}
