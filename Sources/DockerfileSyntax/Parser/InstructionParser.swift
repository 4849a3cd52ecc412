// SPDX-License-Identifier: Apache-2.0

import SourceText

/// One logical line to one typed instruction.
struct InstructionParser {
    typealias DocumentReader = (HereDocument.Opening) throws(Diagnostic) -> HereDocument

    let line: LogicalLine
    let source: SourceFile
    let escape: Character
    var warnings: [Diagnostic] = []
    private var position = 0

    init(line: LogicalLine, source: SourceFile, escape: Character) {
        self.line = line
        self.source = source
        self.escape = escape
    }

    /// Parses the line; `readDocument` is called for each here-document that it opens, in their order.
    mutating func parse(_ readDocument: DocumentReader) throws(Diagnostic) -> Instruction {
        let name = nextWord()
        guard let keyword = Keyword(rawValue: name.text.uppercased()) else {
            let nearest = nearestWord(to: name.text, in: Keyword.allCases.map(\.rawValue))
            throw source.error(
                at: name.location, "unknown instruction '\(name.text)'",
                hint: nearest.map { "did you mean \($0)?" })
        }
        let start = position
        let flags = try Flags(flagWords(), of: keyword, in: source)
        let arguments = rest()
        guard !arguments.text.isEmpty else {
            throw source.error(at: name.location, "\(keyword.rawValue) needs an argument")
        }
        let documents = try readDocuments(of: keyword, in: arguments, readDocument)
        let statement = Statement(keyword: keyword, flags: flags, arguments: arguments, documents: documents)
        let action = try action(of: statement, readDocument)
        let text = line.word(start..<line.characters.count).text
        let lastLine = max(
            line.lastLine, documents.last?.lastLine ?? 0, action.trigger?.lines.upperBound ?? 0)
        return Instruction(
            keyword: keyword, spelling: name.text, location: name.location,
            lines: name.location.line...max(name.location.line, lastLine), comment: line.comment,
            text: "\(keyword.rawValue) \(text)", action: action)
    }

    /// What a line says before it is given its meaning.
    struct Statement {
        let keyword: Keyword
        let flags: Flags
        let arguments: Word
        let documents: [HereDocument]
    }

    // MARK: Words

    /// - Returns: The characters up to the next blank; empty at the end of the line.
    mutating func nextWord() -> Word {
        skipBlanks()
        let start = position
        while position < line.characters.count, !line.characters[position].isBlank { position += 1 }
        return line.word(start..<position)
    }

    /// - Returns: All words that are left, split at blanks, quotes not regarded.
    mutating func words() -> [Word] {
        var words: [Word] = []
        while case let word = nextWord(), !word.text.isEmpty { words.append(word) }
        return words
    }

    /// - Returns: What is left of the line, which stays to be read.
    func rest() -> Word { line.word(position..<line.characters.count) }

    /// - Returns: All words that are left, split at blanks outside quotes; the quotes stay in the words.
    mutating func quotedWords() -> [Word] {
        var words: [Word] = []
        while true {
            skipBlanks()
            guard position < line.characters.count else { return words }
            let start = position
            skipQuotedWord()
            words.append(line.word(start..<position))
        }
    }

    mutating func skipBlanks() {
        while position < line.characters.count, line.characters[position].isBlank { position += 1 }
    }

    private mutating func skipQuotedWord() {
        var quote: Character?
        while position < line.characters.count {
            let character = line.characters[position]
            if character == escape, quote != "'", position + 1 < line.characters.count {
                position += 1
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
            } else if quote == nil, character.isBlank {
                return
            }
            position += 1
        }
    }

    /// The words at the start that begin with `--`, up to a lone `--`.
    private mutating func flagWords() -> [Word] {
        var words: [Word] = []
        while true {
            skipBlanks()
            guard line.characters[position...].starts(with: "--") else { return words }
            let start = position
            skipQuotedWord()
            if position == start + 2 { return words }
            words.append(line.word(start..<position))
        }
    }

    private func readDocuments(
        of keyword: Keyword, in arguments: Word, _ readDocument: DocumentReader
    ) throws(Diagnostic) -> [HereDocument] {
        guard keyword.takesDocuments, arguments.text.contains("<<"), StringArray(arguments.text) == nil else {
            return []
        }
        var documents: [HereDocument] = []
        var scan = self
        var words = scan.quotedWords()[...]
        while let word = words.popFirst() {
            if let opening = HereDocument.Opening(word) {
                documents.append(try readDocument(opening))
            } else if keyword == .run, let name = words.first,
                let opening = HereDocument.Opening(word, named: name)
            {
                documents.append(try readDocument(opening))
                words.removeFirst()
            }
        }
        return documents
    }

    func error(at word: Word, _ message: String, hint: String? = nil) -> Diagnostic {
        source.error(at: word.location, message, hint: hint)
    }
}

extension Instruction.Action {
    /// What an `ONBUILD` leaves to those that begin with the image.
    package var trigger: Instruction? {
        guard case .onbuild(let trigger) = self else { return nil }
        return trigger
    }
}
