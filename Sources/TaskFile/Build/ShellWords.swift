// SPDX-License-Identifier: Apache-2.0

/// A command line cut into words as a POSIX shell does, without a shell.
///
/// Quotes, escapes, comments and `$NAME` mean what they mean there. Names of files are not expanded, and
/// everything that would make a shell do something is refused.
///
/// Source: POSIX.1-2024, Shell Command Language, sections 2.2 and 2.3.
package struct ShellWords: Hashable, Sendable {
    package struct Word: Hashable, Sendable {
        /// The word without its quotes.
        package let text: String
        /// The word as written.
        package let written: String
    }

    package let words: [Word]
    /// Variables that have no value, and so expanded to nothing; each once.
    package let unsetVariables: [String]

    /// Reads a command line in which `$NAME` stands for what `variables` has.
    ///
    /// Values are not split into words.
    package init(_ text: String, variables: [String: String] = [:]) throws(ShellWordsError) {
        var scanner = ShellWordScanner(text, variables: variables)
        words = try scanner.words()
        unsetVariables = scanner.unsetVariables
    }
}

/// Why a text is no simple command line.
package struct ShellWordsError: Error, Hashable, CustomStringConvertible {
    /// One lower-case clause.
    package let description: String
    package let hint: String?
    /// The part of the text that is meant.
    package let fragment: String
}

/// The scan behind `ShellWords`.
private struct ShellWordScanner {
    private let variables: [String: String]
    private let characters: [Character]
    private var position = 0
    private(set) var unsetVariables: [String] = []

    init(_ text: String, variables: [String: String]) {
        self.variables = variables
        // A blank with a combining mark on it is a blank to a shell.
        characters = text.unicodeScalars.map { Character($0) }
    }

    private var next: Character? { position < characters.count ? characters[position] : nil }

    mutating func words() throws(ShellWordsError) -> [ShellWords.Word] {
        var words: [ShellWords.Word] = []
        while let character = next {
            if character == "#" {
                while let other = next, !other.isNewline { position += 1 + (other.isNewline ? 1 : 0) }
            } else if character.isNewline {
                position += 1
                try refuseSecondLine(after: words)
            } else if character == " " || character == "\t" {
                position += 1
            } else if let word = try word() {
                words.append(word)
            }
        }
        return words
    }

    private func refuseSecondLine(after words: [ShellWords.Word]) throws(ShellWordsError) {
        let rest = characters[position...].drop(while: \.isWhitespace)
        guard !words.isEmpty, let first = rest.first, first != "#" else { return }
        let line = String(rest.prefix { !$0.isNewline })
        throw ShellWordsError(
            description: "a second line would be a second command: \"\(line)\"",
            hint: "end the line before it in a backslash, or write the text folded (>)", fragment: line)
    }

    /// - Returns: nil for a word that expanded to nothing.
    private mutating func word() throws(ShellWordsError) -> ShellWords.Word? {
        let start = position
        var text = ""
        var isQuoted = false
        while let character = next, !character.isWhitespace {
            switch character {
            case "'":
                isQuoted = true
                text += try singleQuoted()
            case "\"":
                isQuoted = true
                text += try doubleQuoted()
            case "\\":
                position += 1
                guard let escaped = next else {
                    throw refusal("a backslash at the end escapes nothing", "\\")
                }
                position += 1
                if escaped.isNewline { continue }
                isQuoted = true
                text.append(escaped)
            case "$": text += try expansion()
            case "|", "&", ";", "<", ">", "(", ")", "`": throw operation(character)
            default:
                text.append(character)
                position += 1
            }
        }
        guard isQuoted || !text.isEmpty else { return nil }
        return ShellWords.Word(text: text, written: String(characters[start..<position]))
    }

    private mutating func singleQuoted() throws(ShellWordsError) -> String {
        let start = position
        position += 1
        while let character = next, character != "'" {
            _ = character
            position += 1
        }
        guard next != nil else {
            throw refusal("a single quote is never closed", String(characters[start...]))
        }
        position += 1
        return String(characters[(start + 1)..<(position - 1)])
    }

    private mutating func doubleQuoted() throws(ShellWordsError) -> String {
        let start = position
        var text = ""
        position += 1
        while let character = next, character != "\"" {
            switch character {
            case "$": text += try expansion()
            case "`": throw operation(character)
            case "\\":
                position += 1
                guard let escaped = next else { break }
                position += 1
                if escaped.isNewline { continue }
                if !"$`\"\\".contains(escaped) { text.append("\\") }
                text.append(escaped)
            default:
                text.append(character)
                position += 1
            }
        }
        guard next != nil else {
            throw refusal("a double quote is never closed", String(characters[start...]))
        }
        position += 1
        return text
    }

    private mutating func expansion() throws(ShellWordsError) -> String {
        let start = position
        position += 1
        let isBraced = next == "{"
        if isBraced { position += 1 }
        let nameStart = position
        while let character = next, character.isASCII,
            character.isLetter || character == "_"
                || (character.isNumber && position > nameStart)
        { position += 1 }
        let name = String(characters[nameStart..<position])
        if isBraced {
            guard next == "}", !name.isEmpty else {
                throw refusal(
                    "only $NAME and ${NAME} are expanded",
                    String(characters[start...].prefix { !$0.isWhitespace }))
            }
            position += 1
        } else if name.isEmpty {
            guard let character = next, "(?!#*@$-0123456789".contains(character) else { return "$" }
            throw character == "("
                ? operation("$(")
                : refusal("$\(character) has no meaning without a shell", "$\(character)", Self.quoteHint)
        }
        if let value = variables[name] { return value }
        if !unsetVariables.contains(name) { unsetVariables.append(name) }
        return ""
    }

    private static let quoteHint = "put single quotes around it if it is meant literally"

    private func operation(_ character: Character) -> ShellWordsError { operation(String(character)) }

    private func operation(_ text: String) -> ShellWordsError {
        refusal(
            "\"\(text)\" would need a shell, and no shell reads this text", text,
            "\(Self.quoteHint), or run a shell in the container: IMAGE sh -c '…'")
    }

    private func refusal(_ message: String, _ fragment: String, _ hint: String? = nil) -> ShellWordsError {
        ShellWordsError(description: message, hint: hint, fragment: fragment)
    }
}
