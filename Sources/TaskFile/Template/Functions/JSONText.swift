// SPDX-License-Identifier: Apache-2.0

/// Values as JSON, as Go's encoder writes it: keys sorted, `<`, `>` and `&` escaped.
enum JSONText {
    /// The text is indented when `depth` is not nil; it is 0 at the outside.
    static func render(
        _ value: TemplateValue, indentedBy depth: Int? = nil, escapesHTML: Bool = true
    ) -> String {
        switch value {
        case .null: "null"
        case .text(let text): quoted(text, escapesHTML: escapesHTML)
        case .moment(let seconds): quoted(UTCTime(secondsSinceEpoch: seconds).rfc3339)
        case .boolean, .integer, .number: value.printed
        case .list(let items):
            wrapped(
                items.map { render($0, indentedBy: depth.map { $0 + 1 }, escapesHTML: escapesHTML) }, "[",
                "]", depth)
        case .map(let entries):
            wrapped(
                entries.sorted { $0.key < $1.key }.map { key, value in
                    quoted(key, escapesHTML: escapesHTML) + (depth == nil ? ":" : ": ")
                        + render(value, indentedBy: depth.map { $0 + 1 }, escapesHTML: escapesHTML)
                }, "{", "}", depth)
        }
    }

    static func quoted(_ text: String, escapesHTML: Bool = true) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "<" where escapesHTML, ">" where escapesHTML, "&" where escapesHTML:
                result += "\\u00" + String(scalar.value, radix: 16)
            case _ where scalar.value < 0x20:
                result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func wrapped(_ items: [String], _ open: String, _ close: String, _ depth: Int?) -> String {
        guard let depth, !items.isEmpty else { return open + items.joined(separator: ",") + close }
        let margin = String(repeating: "  ", count: depth + 1)
        return open + "\n" + items.map { margin + $0 }.joined(separator: ",\n") + "\n" + margin.dropLast(2)
            + close
    }
}
