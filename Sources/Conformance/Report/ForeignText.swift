// SPDX-License-Identifier: Apache-2.0

/// Words of a registry or a program, for a person's eyes.
///
/// A terminal obeys control characters, and writes what follows some of Unicode's from right to left: whoever chooses
/// the words must not choose what else is seen.
package enum ForeignText {
    /// The text with what is obeyed, and not seen, spelt out as `\u{1B}` is.
    ///
    /// Line ends and tabs stay.
    package static func shown(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isObeyed) else { return text }
        var shown = ""
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            if isObeyed(scalar) {
                shown += spelt(scalar)
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// The same in one line of at most `limit` characters, with one blank for each run of blanks.
    static func line(_ text: String, limit: Int = 400) -> String {
        // Whoever sends megabytes is not read to the end.
        let words = text.prefix(limit * 8).split(whereSeparator: \.isWhitespace)
        let line = shown(words.joined(separator: " "))
        return line.count > limit ? "\(line.prefix(limit))…" : line
    }

    static func spelt(_ scalar: Unicode.Scalar) -> String {
        "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }

    /// The controls of ASCII and of ISO 8859, and those of the direction of writing.
    ///
    /// Source: ECMA-48, section 5; Unicode Standard Annex 9, section 2.
    static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0x00...0x1F, 0x7F...0x9F: true
        case 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
