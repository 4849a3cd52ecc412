// SPDX-License-Identifier: Apache-2.0

import SourceText

/// Cuts a template into text and actions, and actions into tokens.
///
/// Source: the documentation of Go's text/template, "Text and spaces".
struct TemplateLexer {
    private let file: String
    private let scalars: [UnicodeScalar]
    private var position = 0
    private var line = 1
    private var lineStart = 0

    init(_ text: String, file: String) {
        self.file = file
        scalars = Array(text.unicodeScalars)
    }

    /// - Throws: A diagnostic for an action that is not closed or has a character that starts no token.
    mutating func segments() throws(Diagnostic) -> [TemplateSegment] {
        var segments: [TemplateSegment] = []
        var trimsNext = false
        while position < scalars.count {
            let startLine = line
            var text = takeText()
            let opensAction = position < scalars.count
            let trimsThis = opensAction && startsWith("{{-") && isSpace(at: position + 3)
            var textLine = startLine
            if trimsNext {
                let blank = text.prefix(while: Self.isSpace)
                textLine += blank.count { $0 == "\n" }
                text.removeFirst(blank.count)
            }
            if trimsThis { while let last = text.last, Self.isSpace(last) { text.removeLast() } }
            if !text.isEmpty {
                segments.append(.text(String(String.UnicodeScalarView(text)), line: textLine))
            }
            guard opensAction else { break }
            let start = location
            advance(by: trimsThis ? 3 : 2)
            let tokens: [TemplateToken]?
            (tokens, trimsNext) = try takeAction(from: start)
            if let tokens { segments.append(.action(tokens, start)) }
        }
        return segments
    }

    private mutating func takeText() -> [UnicodeScalar] {
        let start = position
        while position < scalars.count, !startsWith("{{") { advance() }
        return Array(scalars[start..<position])
    }

    /// - Returns: nil tokens for a comment, and whether white space after the action goes away.
    private mutating func takeAction(
        from start: SourceLocation
    ) throws(Diagnostic) -> (tokens: [TemplateToken]?, trims: Bool) {
        if isComment {
            while position < scalars.count, !startsWith("*/") { advance() }
            advance(by: 2)
            guard let trims = takeClose() else {
                throw Diagnostic(at: start, "a template comment must end in \"*/}}\"")
            }
            return (nil, trims)
        }
        var tokens: [TemplateToken] = []
        while true {
            let isSeparated = isSpace(at: position)
            if let trims = takeClose() { return (tokens, trims) }
            skipSpace()
            guard position < scalars.count else {
                throw Diagnostic(at: start, "this template action is never closed with \"}}\"")
            }
            if let trims = takeClose() { return (tokens, trims) }
            let place = location
            let kind = try takeToken()
            tokens.append(TemplateToken(kind: kind, location: place, isSeparated: isSeparated))
        }
    }

    private var isComment: Bool {
        var index = position
        while isSpace(at: index) { index += 1 }
        return index + 1 < scalars.count && scalars[index] == "/" && scalars[index + 1] == "*"
    }

    /// - Returns: nil when the action does not end here.
    private mutating func takeClose() -> Bool? {
        if startsWith("}}") {
            advance(by: 2)
            return false
        }
        var index = position
        while isSpace(at: index) { index += 1 }
        guard index > position, startsWith("-}}", at: index) else { return nil }
        advance(by: index - position + 3)
        return true
    }

    private mutating func takeToken() throws(Diagnostic) -> TemplateToken.Kind {
        let scalar = scalars[position]
        if startsWith(":=") {
            advance(by: 2)
            return .declare
        }
        if let single = Self.singles[scalar] {
            advance()
            return single
        }
        switch scalar {
        case "\"", "`", "'": return .literal(try takeQuoted(scalar))
        case "$": return .variable(takeName(dropping: 0))
        case ".":
            guard !isDigit(at: position + 1) else { return .literal(try takeNumber()) }
            let name = takeName(dropping: 1)
            return name.isEmpty ? .dot : .field(name)
        case "0"..."9", "-", "+": return .literal(try takeNumber())
        default:
            let start = location
            let word = takeName(dropping: 0)
            guard !word.isEmpty else {
                throw Diagnostic(at: start, "unexpected \"\(scalar)\" in a template action")
            }
            return Self.words[word] ?? .identifier(word)
        }
    }

    private static let singles: [UnicodeScalar: TemplateToken.Kind] = [
        "(": .leftParenthesis, ")": .rightParenthesis, "|": .pipe, ",": .comma, "=": .assign,
    ]

    private static let words: [String: TemplateToken.Kind] = [
        "true": .literal(.boolean(true)), "false": .literal(.boolean(false)), "nil": .literal(.null),
    ]

    // MARK: Literals and names

    /// Takes `dropping` characters, and then the name that follows, with a leading `$` if there is one.
    private mutating func takeName(dropping: Int) -> String {
        advance(by: dropping)
        let start = position
        if dropping == 0, position < scalars.count, scalars[position] == "$" { advance() }
        while position < scalars.count, Self.isNamePart(scalars[position]) { advance() }
        return String(String.UnicodeScalarView(scalars[start..<position]))
    }

    private mutating func takeNumber() throws(Diagnostic) -> TemplateValue {
        let start = position
        let place = location
        advance()
        while position < scalars.count,
            Self.isNamePart(scalars[position]) || scalars[position] == "."
                || ("+-".unicodeScalars.contains(scalars[position])
                    && "eE".unicodeScalars.contains(scalars[position - 1]))
        { advance() }
        let text = String(String.UnicodeScalarView(scalars[start..<position]))
        switch TemplateValue(plainScalar: text) {
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        default: throw Diagnostic(at: place, "\"\(text)\" is not a number")
        }
    }

    private mutating func takeQuoted(_ quote: UnicodeScalar) throws(Diagnostic) -> TemplateValue {
        let start = location
        advance()
        var text = String.UnicodeScalarView()
        while position < scalars.count, scalars[position] != quote {
            guard quote == "`" || scalars[position] != "\n" else { break }
            if quote != "`", scalars[position] == "\\" {
                text.append(try takeEscape())
            } else {
                text.append(scalars[position])
                advance()
            }
        }
        guard position < scalars.count, scalars[position] == quote else {
            throw Diagnostic(at: start, "this quoted text is never closed")
        }
        advance()
        guard quote == "'" else { return .text(String(text)) }
        guard text.count == 1, let character = text.first else {
            throw Diagnostic(
                at: start, "'\(String(text))' is not one character; texts stand in double quotes")
        }
        return .integer(Int(character.value))
    }

    private mutating func takeEscape() throws(Diagnostic) -> UnicodeScalar {
        let place = location
        advance()
        let letter: UnicodeScalar = position < scalars.count ? scalars[position] : " "
        advance()
        if let simple = Self.escapes[letter] { return simple }
        let lengths: [UnicodeScalar: Int] = ["x": 2, "u": 4, "U": 8]
        if let length = lengths[letter], position + length <= scalars.count {
            let digits = String(String.UnicodeScalarView(scalars[position..<(position + length)]))
            if let value = UInt32(digits, radix: 16), let scalar = UnicodeScalar(value) {
                advance(by: length)
                return scalar
            }
        }
        throw Diagnostic(at: place, "\"\\\(letter)\" is not an escape sequence")
    }

    private static let escapes: [UnicodeScalar: UnicodeScalar] = [
        "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "\"": "\"", "'": "'", "a": "\u{7}", "b": "\u{8}",
        "f": "\u{C}", "v": "\u{B}", "0": "\0",
    ]

    // MARK: Characters

    private var location: SourceLocation {
        SourceLocation(file: file, line: line, column: position - lineStart + 1)
    }

    private mutating func advance(by count: Int = 1) {
        for _ in 0..<count where position < scalars.count {
            position += 1
            if scalars[position - 1] == "\n" {
                line += 1
                lineStart = position
            }
        }
    }

    private mutating func skipSpace() {
        while isSpace(at: position) { advance() }
    }

    private func startsWith(_ word: String, at index: Int? = nil) -> Bool {
        let index = index ?? position
        return scalars[min(index, scalars.count)...].starts(with: word.unicodeScalars)
    }

    private func isSpace(at index: Int) -> Bool { index < scalars.count && Self.isSpace(scalars[index]) }

    private func isDigit(at index: Int) -> Bool {
        index < scalars.count && ("0"..."9").contains(scalars[index])
    }

    private static func isSpace(_ scalar: UnicodeScalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\n"
    }

    private static func isNamePart(_ scalar: UnicodeScalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
    }
}
