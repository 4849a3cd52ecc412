// SPDX-License-Identifier: Apache-2.0

import SourceText

/// One instruction's text with its continuation lines joined; every character knows where it came from.
struct LogicalLine {
    private(set) var characters: [Character] = []
    /// The comment on the line before.
    let comment: String?
    private let file: String
    private var origins: [Origin] = []

    /// From `start` on, characters come from `line` (from 1), the first of them from `column` (from 1).
    private struct Origin {
        let start: Int
        let line: Int
        let column: Int
    }

    init(file: String, comment: String? = nil) {
        self.file = file
        self.comment = comment
    }

    /// Counted from 1.
    var lastLine: Int { origins.last?.line ?? 1 }

    mutating func append(_ text: some Collection<Character>, line: Int, column: Int) {
        origins.append(Origin(start: characters.count, line: line, column: column))
        characters += text
    }

    func location(at offset: Int) -> SourceLocation {
        guard let origin = origins.last(where: { $0.start <= offset }) ?? origins.first else {
            return SourceLocation(file: file, line: 1)
        }
        return SourceLocation(file: file, line: origin.line, column: origin.column + offset - origin.start)
    }

    /// The characters of a range without blanks at either end.
    func word(_ range: Range<Int>) -> Word {
        var range = range
        while let first = range.first, characters[first].isBlank { range.removeFirst() }
        while let last = range.last, characters[last].isBlank { range.removeLast() }
        return Word(String(characters[range]), at: location(at: range.lowerBound))
    }
}

extension Character {
    /// What separates words.
    ///
    /// Source: BuildKit's parser, which splits at runs of `[\t\v\f\r ]`.
    var isBlank: Bool {
        self == " " || self == "\t" || self == "\r" || self == "\u{0B}" || self == "\u{0C}"
    }
}
