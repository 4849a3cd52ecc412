// SPDX-License-Identifier: Apache-2.0

/// A value inside a template.
package enum TemplateValue: Hashable, Sendable {
    /// Also what a missing key gives.
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    /// Seconds since 1970-01-01 in UTC.
    case moment(Int)
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
        case .moment: true
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
        case .moment: "struct"
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
        case .moment(let seconds): Self.goDate.format(secondsSinceEpoch: seconds)
        case .list(let items): "[" + items.map(\.printed).joined(separator: " ") + "]"
        case .map(let entries):
            "map["
                + entries.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.printed)" }
                .joined(separator: " ") + "]"
        }
    }

    /// What an action puts into the text: null puts nothing there.
    var rendered: String { self == .null ? "" : printed }

    private static let goDate = DateLayout("2006-01-02 15:04:05 -0700 MST")

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

extension TemplateValue {
    /// The same mapping with a value at a path of keys, which is made where it is not there.
    func setting(_ path: ArraySlice<String>, to value: TemplateValue) -> TemplateValue {
        guard let first = path.first else { return value }
        var entries: [String: TemplateValue] = [:]
        if case .map(let own) = self { entries = own }
        entries[first] = (entries[first] ?? .null).setting(path.dropFirst(), to: value)
        return .map(entries)
    }

    /// The same mapping with another value at a path of keys; `self` where the path leads nowhere.
    func replacing(_ path: ArraySlice<String>, by value: TemplateValue) -> TemplateValue {
        guard let first = path.first else { return value }
        guard case .map(var entries) = self, let inner = entries[first] else { return self }
        entries[first] = inner.replacing(path.dropFirst(), by: value)
        return .map(entries)
    }
}
