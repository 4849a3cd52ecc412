// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// The entries of a mapping that knows its names.
struct Fields {
    let entries: [YAMLValue.Entry]
    private let what: String
    private let location: SourceLocation

    /// - Throws: A diagnostic at a name that is not in `known`, with the nearest one that is.
    init(_ value: YAMLValue, _ what: String, known: [String]) throws(Diagnostic) {
        entries = try value.entries(what)
        location = value.location
        self.what = what
        for entry in entries where !known.contains(entry.key) {
            throw Diagnostic(
                at: entry.keyLocation, "unknown key \"\(entry.key)\" in \(what)",
                hint: meant(entry.key, known))
        }
    }

    subscript(_ name: String) -> YAMLValue? {
        entries.first { $0.key == name && !$0.value.isNull }?.value
    }

    func required(_ name: String) throws(Diagnostic) -> YAMLValue {
        guard let value = self[name] else { throw Diagnostic(at: location, "\(what) needs \"\(name)\"") }
        return value
    }
}

extension YAMLValue {
    /// A word of a closed vocabulary.
    func word<Word: RawRepresentable<String> & CaseIterable>(
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

/// What a person can do about a word that is not one of `known`.
func meant(_ word: String, _ known: [String]) -> String {
    nearestWord(to: word, in: known).map { "did you mean \"\($0)\"?" }
        ?? "known: \(known.joined(separator: ", "))"
}
