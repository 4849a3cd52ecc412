// SPDX-License-Identifier: Apache-2.0

import SourceText

extension InstructionParser {
    /// `NAME=value …`, or the old form `NAME value with blanks`.
    mutating func assignments(of statement: Statement) throws(Diagnostic) -> [Assignment] {
        let keyword = statement.keyword.rawValue
        let words = quotedWords()
        guard let first = words.first, first.text.contains("=") else {
            return [try legacyAssignment(statement)]
        }
        var assignments: [Assignment] = []
        for word in words {
            let (name, value) = split(word)
            guard let value else {
                throw error(
                    at: word, "'\(word.text)' is not NAME=value", hint: "a value with blanks needs quotes")
            }
            guard !name.text.isEmpty else { throw error(at: word, "\(keyword) without a name before '='") }
            assignments.append(Assignment(name: name, value: value, hasEqualsSign: true))
        }
        return assignments
    }

    private mutating func legacyAssignment(_ statement: Statement) throws(Diagnostic) -> Assignment {
        let text = statement.arguments.text
        let name = text.prefix { !$0.isBlank }
        let value = text[name.endIndex...].trimmingBlanks
        guard !value.isEmpty else {
            throw error(
                at: statement.arguments, "\(statement.keyword.rawValue) needs a name and a value",
                hint: "write \(statement.keyword.rawValue) \(name)=VALUE")
        }
        return Assignment(
            name: Word(String(name), at: statement.arguments.location),
            value: Word(value, at: statement.arguments.location), hasEqualsSign: false)
    }

    /// `NAME` and `NAME=default`, as many as there are.
    mutating func argumentDeclarations() throws(Diagnostic) -> [ArgumentDeclaration] {
        var declarations: [ArgumentDeclaration] = []
        for word in quotedWords() {
            let (name, value) = split(word)
            guard !name.text.isEmpty else {
                throw error(at: word, "ARG without a name before '='")
            }
            declarations.append(ArgumentDeclaration(name: name, defaultValue: value))
        }
        return declarations
    }

    private func split(_ word: Word) -> (name: Word, value: Word?) {
        guard let equals = word.text.firstIndex(of: "=") else { return (word, nil) }
        let name = word.text[..<equals]
        let place = SourceLocation(
            file: word.location.file, line: word.location.line, column: word.location.column + name.count + 1)
        return (
            Word(String(name), at: word.location),
            Word(String(word.text[word.text.index(after: equals)...]), at: place)
        )
    }
}
