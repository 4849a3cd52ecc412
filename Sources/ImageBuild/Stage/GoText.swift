// SPDX-License-Identifier: Apache-2.0

/// Texts as Go prints them, which is how BuildKit writes an image's history.
enum GoText {
    /// The verb `%q` for strings: `["a" "b c"]`.
    static func quoted(_ strings: [String]) -> String {
        "[" + strings.map(quoted).joined(separator: " ") + "]"
    }

    /// The verb `%v` for strings: `[a b c]`.
    static func plain(_ strings: [String]) -> String {
        "[" + strings.joined(separator: " ") + "]"
    }

    private static func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16)
                text += "\\x" + (hex.count < 2 ? "0" : "") + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
