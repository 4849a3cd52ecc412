// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
package import SourceText

extension TemplateValue {
    /// The top level of a values file.
    ///
    /// - Throws: A diagnostic when the text is not YAML or not a mapping.
    package static func parseValues(
        _ text: String, file: String
    ) throws(Diagnostic) -> [String: TemplateValue] {
        guard let value = try YAMLParser.parse(text, file: file) else { return [:] }
        let entries = try value.entries("a values file")
        return Dictionary(entries.map { ($0.key, TemplateValue($0.value)) }) { $1 }
    }

    init(_ value: YAMLValue) {
        switch value.content {
        case .scalar(let text, isPlain: true): self.init(plainScalar: text)
        case .scalar(let text, isPlain: false): self = .text(text)
        case .sequence(let items): self = .list(items.map { TemplateValue($0) })
        case .mapping(let entries):
            self = .map(Dictionary(entries.map { ($0.key, TemplateValue($0.value)) }) { $1 })
        }
    }

    /// What an unquoted scalar stands for where nothing says which type is wanted.
    ///
    /// Source: YAML 1.1 types (`yes` is a boolean, `0123` is octal); dates stay text.
    init(plainScalar text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE": self = .boolean(true)
        case "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE":
            self = .boolean(false)
        default:
            if let integer = Self.integer(text) {
                self = .integer(integer)
            } else if let number = Self.number(text) {
                self = .number(number)
            } else {
                self = .text(text)
            }
        }
    }

    private static func integer(_ text: String) -> Int? {
        let sign = text.hasPrefix("-") ? "-" : ""
        let digits = text.drop { $0 == "-" || $0 == "+" }.filter { $0 != "_" }
        guard let first = digits.first, first.isASCII, first.isNumber,
            text.count - text.drop(while: { $0 == "-" || $0 == "+" }).count <= 1
        else { return nil }
        if digits.hasPrefix("0x") { return Int(sign + digits.dropFirst(2), radix: 16) }
        if digits.hasPrefix("0b") { return Int(sign + digits.dropFirst(2), radix: 2) }
        if digits.hasPrefix("0o") { return Int(sign + digits.dropFirst(2), radix: 8) }
        if digits.count > 1, first == "0" { return Int(sign + digits.dropFirst(), radix: 8) }
        return Int(sign + digits)
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        case ".nan", ".NaN", ".NAN": return .nan
        default: break
        }
        guard text.contains(where: \.isNumber), text.allSatisfy({ "+-.eE0123456789".contains($0) }) else {
            return nil
        }
        return Double(text.hasPrefix(".") ? "0" + text : text)
    }
}
