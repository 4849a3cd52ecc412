// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// The entries of a mapping that knows its names.
package struct Fields: Sendable {
    package let entries: [YAMLValue.Entry]
    private let what: String
    private let location: SourceLocation

    /// Reads a mapping; `what` is its noun in messages, with its article.
    ///
    /// - Throws: A diagnostic at a name that is not in `known`, with the nearest one that is.
    package init(_ value: YAMLValue, _ what: String, known: [String]) throws(Diagnostic) {
        entries = try value.entries(what)
        location = value.location
        self.what = what
        for entry in entries where !known.contains(entry.key) {
            throw Diagnostic(
                at: entry.keyLocation, "unknown key \"\(entry.key)\" in \(what)",
                hint: meant(entry.key, known))
        }
    }

    /// The value of an entry; nil when there is none, or when it is null.
    package subscript(_ name: String) -> YAMLValue? {
        entries.first { $0.key == name && !$0.value.isNull }?.value
    }

    package func required(_ name: String) throws(Diagnostic) -> YAMLValue {
        guard let value = self[name] else { throw Diagnostic(at: location, "\(what) needs \"\(name)\"") }
        return value
    }
}

extension YAMLValue {
    /// A word of a closed vocabulary.
    package func word<Word: RawRepresentable<String> & CaseIterable>(
        _ what: String, _ type: Word.Type = Word.self
    ) throws(Diagnostic) -> Word {
        let text = try string(what)
        guard let word = Word(rawValue: text) else {
            throw Diagnostic(
                at: location, "unknown \(what) \"\(text)\"", hint: meant(text, Word.allCases.map(\.rawValue)))
        }
        return word
    }
}

extension Diagnostic {
    /// The same with the line of `text` that it is about.
    package func quoting(_ text: String) -> Diagnostic {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard sourceLine == nil, lines.indices.contains(location.line - 1) else { return self }
        return Diagnostic(
            severity, at: location, message, hint: hint, sourceLine: String(lines[location.line - 1]))
    }
}

/// What a person can do about a word that is not one of `known`.
package func meant(_ word: String, _ known: [String]) -> String {
    nearestWord(to: word, in: known).map { "did you mean \"\($0)\"?" }
        ?? "known: \(known.joined(separator: ", "))"
}
