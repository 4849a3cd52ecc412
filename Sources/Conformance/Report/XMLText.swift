// SPDX-License-Identifier: Apache-2.0

/// Text inside XML, SVG and HTML.
enum XMLText {
    /// Characters that XML cannot carry at all become U+FFFD; others that are obeyed and not seen are spelt out.
    ///
    /// Source: XML 1.0, sections 2.2 and 2.4.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\r": escaped += ForeignText.spelt(scalar)
            case "\t", "\n": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                escaped += "\u{FFFD}"
            case _ where ForeignText.isObeyed(scalar): escaped += ForeignText.spelt(scalar)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
