// SPDX-License-Identifier: Apache-2.0

import SourceText

/// Joins the lines of a Dockerfile into instructions: continuations, comments, here-documents.
struct LineReader {
    let source: SourceFile
    let escape: Character
    /// Empty lines inside instructions, one an instruction.
    private(set) var emptyContinuations: [SourceLocation] = []
    /// Index of the next line of `source`.
    private var next = 0

    /// Lines at the top that are no comments though they begin with `#`.
    private let directiveCount: Int

    init(_ source: SourceFile, escape: Character, directiveCount: Int = 0) {
        self.source = source
        self.escape = escape
        self.directiveCount = directiveCount
    }

    /// - Returns: The next instruction's line; nil at the end of the text.
    mutating func nextLine() -> LogicalLine? {
        var comment: String?
        while next < source.lines.count {
            let text = Array(source.lines[next])
            let indent = text.prefix { $0.isSpace }.count
            next += 1
            let (body, continues) = split(text[indent...])
            if body.first == "#" || (body.isEmpty && !continues) {
                let isComment = body.first == "#" && next > directiveCount
                comment = isComment ? String(body.drop { $0 == "#" }).trimmingBlanks : nil
                continue
            }
            var line = LogicalLine(file: source.name, comment: comment)
            line.append(body, line: next, column: indent + 1)
            if continues { appendContinuations(to: &line) }
            if line.characters.contains(where: { !$0.isBlank }) { return line }
        }
        return nil
    }

    private mutating func appendContinuations(to line: inout LogicalLine) {
        var hasEmptyLine = false
        while next < source.lines.count {
            let text = Array(source.lines[next])
            next += 1
            let visible = text.drop { $0.isSpace }
            if visible.first == "#" { continue }
            if visible.isEmpty {
                let place = SourceLocation(file: source.name, line: next)
                if !hasEmptyLine { emptyContinuations.append(place) }
                hasEmptyLine = true
                continue
            }
            let (body, continues) = split(text[...])
            line.append(body, line: next, column: 1)
            if !continues { return }
        }
    }

    /// - Returns: The line without its continuation mark, and whether there was one: a single escape character
    ///   before the trailing blanks. Two of them are a literal escape character.
    private func split(_ text: ArraySlice<Character>) -> (body: ArraySlice<Character>, continues: Bool) {
        var end = text.endIndex
        while end > text.startIndex, text[end - 1] == " " || text[end - 1] == "\t" { end -= 1 }
        let escapes = text[..<end].reversed().prefix { $0 == escape }.count
        return escapes == 1 && text.first != "#" ? (text[..<(end - 1)], true) : (text, false)
    }

    /// Reads the lines that follow an instruction up to the terminator of the here-document `opening` opens.
    ///
    /// - Throws: At the place of the opening when the terminator is missing.
    mutating func document(_ opening: HereDocument.Opening) throws(Diagnostic) -> HereDocument {
        var content = ""
        while next < source.lines.count {
            let line = source.lines[next]
            next += 1
            let kept = opening.dropsTabs ? String(line.drop { $0 == "\t" }) : line
            if kept == opening.name {
                return HereDocument(opening: opening, content: content, lastLine: next)
            }
            content += kept + "\n"
        }
        throw source.error(
            at: opening.location, "the here-document <<\(opening.name) is not terminated",
            hint: "end it with a line that is just \(opening.name)")
    }
}

extension Character {
    /// What may stand before an instruction: also the blanks of other scripts, as a page's text has them.
    ///
    /// Source: BuildKit's parser, which drops what Go's `unicode.IsSpace` takes.
    fileprivate var isSpace: Bool { isBlank || isWhitespace }
}
