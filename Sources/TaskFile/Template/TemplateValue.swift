// SPDX-License-Identifier: Apache-2.0

/// A value inside a template.
package enum TemplateValue: Hashable, Sendable {
    /// Also what a missing key gives.
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([TemplateValue])
    case map([String: TemplateValue])

    /// Whether `if` takes the value for true: everything but null, false, zero and the empty.
    var isTrue: Bool {
        switch self {
        case .null: false
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .number(let value): value != 0
        case .text(let value): !value.isEmpty
        case .list(let items): !items.isEmpty
        case .map(let entries): !entries.isEmpty
        }
    }

    /// The type as Go calls it, for `kindOf` and messages.
    var kind: String {
        switch self {
        case .null: "invalid"
        case .boolean: "bool"
        case .integer: "int"
        case .number: "float64"
        case .text: "string"
        case .list: "slice"
        case .map: "map"
        }
    }

    /// The value as `print` writes it (Go's `%v`).
    var printed: String {
        switch self {
        case .null: "<nil>"
        case .boolean(let value): String(value)
        case .integer(let value): String(value)
        case .number(let value): Self.shortest(value)
        case .text(let value): value
        case .list(let items): "[" + items.map(\.printed).joined(separator: " ") + "]"
        case .map(let entries):
            "map["
                + entries.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.printed)" }
                .joined(separator: " ") + "]"
        }
    }

    /// What an action puts into the text: null puts nothing there.
    var rendered: String { self == .null ? "" : printed }

    private static func shortest(_ value: Double) -> String {
        if let whole = Int(exactly: value), abs(value) < 1e21 { return String(whole) }
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        var digits = "\(value)"
        if let exponent = digits.firstIndex(of: "e") {
            let number = Int(digits[digits.index(after: exponent)...]) ?? 0
            let mantissa = digits[..<exponent]
            let padded = abs(number) < 10 ? "0\(abs(number))" : "\(abs(number))"
            digits =
                (mantissa.hasSuffix(".0") ? String(mantissa.dropLast(2)) : String(mantissa))
                + "e\(number < 0 ? "-" : "+")\(padded)"
        }
        return digits
    }
}
