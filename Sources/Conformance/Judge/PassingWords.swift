// SPDX-License-Identifier: Apache-2.0

/// The words of a message that belong to one request: identifiers and times.
enum PassingWords {
    /// Hexadecimal digits in a row, of which one is a decimal, are an identifier from so many on.
    private static let leastIdentifier = 16
    /// Decimal digits in a row are a time, or an identifier.
    private static let leastNumber = 10

    /// The text with `{id}` and `{time}` in their places.
    static func removed(from text: String) -> String {
        var result = ""
        var word = ""
        for character in text {
            if isPart(character) {
                word.append(character)
                continue
            }
            result += shown(word)
            result.append(character)
            word = ""
        }
        return result + shown(word)
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-:.+_".contains(character))
    }

    /// A full stop or a colon at its end is none of it.
    private static func shown(_ word: String) -> String {
        let core = word.reversed().drop { ".:".contains($0) }
        let name = String(core.reversed())
        let end = word.dropFirst(name.count)
        if isIdentifier(name) { return "{id}" + end }
        return isTime(name) ? "{time}" + end : word
    }

    /// A UUID, a long hexadecimal number, or a long number.
    private static func isIdentifier(_ word: String) -> Bool {
        let digits = word.filter { $0 != "-" }
        guard digits.allSatisfy(\.isHexDigit), digits.contains(where: \.isNumber) else { return false }
        if word.split(separator: "-", omittingEmptySubsequences: false).map(\.count) == [8, 4, 4, 4, 12] {
            return true
        }
        guard digits == word else { return false }
        return word.count >= leastIdentifier || (word.count >= leastNumber && word.allSatisfy(\.isNumber))
    }

    /// `2026-11-21T15:10:22.5Z`, `2026-11-21`, or `15:10:22`.
    ///
    /// Source: RFC 3339, section 5.6.
    private static func isTime(_ word: String) -> Bool {
        let mask = String(word.map { $0.isNumber ? "0" : $0 })
        return mask == "0000-00-00" || mask.hasPrefix("0000-00-00T00:00") || mask.hasPrefix("00:00:00")
    }
}
