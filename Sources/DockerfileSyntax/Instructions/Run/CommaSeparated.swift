// SPDX-License-Identifier: Apache-2.0

import SourceText

/// One line of comma-separated values.
///
/// Source: RFC 4180, section 2.
enum CommaSeparated {
    /// The fields with their places; a field in double quotes may contain commas, and `""` for a quote.
    ///
    /// - Returns: nil when a quote is not closed.
    static func fields(_ word: Word) -> [Word]? {
        let characters = Array(word.text)
        var fields: [Word] = []
        var field = ""
        var start = 0
        var isQuoted = false
        var index = 0
        while index < characters.count {
            let character = characters[index]
            if isQuoted {
                if character == "\"", index + 1 < characters.count, characters[index + 1] == "\"" {
                    field.append(character)
                    index += 1
                } else if character == "\"" {
                    isQuoted = false
                } else {
                    field.append(character)
                }
            } else if character == "\"", index == start {
                isQuoted = true
            } else if character == "," {
                fields.append(Word(field, at: place(of: start, in: word)))
                (field, start) = ("", index + 1)
            } else {
                field.append(character)
            }
            index += 1
        }
        guard !isQuoted else { return nil }
        fields.append(Word(field, at: place(of: start, in: word)))
        return fields
    }

    private static func place(of offset: Int, in word: Word) -> SourceLocation {
        SourceLocation(
            file: word.location.file, line: word.location.line, column: word.location.column + offset)
    }
}
