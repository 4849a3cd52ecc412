// SPDX-License-Identifier: Apache-2.0

/// Texts in other clothes.
enum EncodingFunction: String, TemplateFunctionGroup {
    case b64enc, b64dec, b32enc, b32dec, toJson, toPrettyJson, html, js, urlquery

    var arity: ClosedRange<Int> { 1...1 }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        switch self {
        case .b64enc: return .text(RadixText.base64.encode(arguments[0].rendered.utf8))
        case .b32enc: return .text(RadixText.base32.encode(arguments[0].rendered.utf8))
        case .b64dec: return .text(try decoded(.base64, "Base64", arguments))
        case .b32dec: return .text(try decoded(.base32, "Base32", arguments))
        case .toJson: return .text(JSONText.render(arguments[0]))
        case .toPrettyJson: return .text(JSONText.render(arguments[0], indentedBy: 0))
        case .html: return .text(arguments[0].rendered.map { Self.entities[$0] ?? String($0) }.joined())
        case .js: return .text(String(JSONText.quoted(arguments[0].rendered).dropFirst().dropLast()))
        case .urlquery: return .text(percentEncoded(arguments[0].rendered))
        }
    }

    private static let entities: [Character: String] = [
        "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&#34;", "'": "&#39;",
    ]

    private func decoded(
        _ radix: RadixText, _ name: String, _ arguments: TemplateArguments
    ) throws(TemplateProblem) -> String {
        guard let bytes = radix.decode(try arguments.text(0)) else {
            throw arguments.problem("this is not \(name)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = UnicodeScalar(byte)
            if scalar == " " { return "+" }
            if AliasTable.isNameScalar(scalar) || "-_.~".unicodeScalars.contains(scalar) {
                return String(scalar)
            }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
