// SPDX-License-Identifier: Apache-2.0

import SourceText

/// One `--name=value` of an instruction.
struct Flag {
    enum Kind {
        case value
        case values
        case `switch`
    }

    /// What an instruction takes.
    struct Specification {
        let name: String
        let kind: Kind

        static func value(_ name: String) -> Self { Self(name: name, kind: .value) }
        static func values(_ name: String) -> Self { Self(name: name, kind: .values) }
        static func `switch`(_ name: String) -> Self { Self(name: name, kind: .switch) }
    }

    let name: String
    /// nil for a flag without `=`; its location is that of the value.
    let value: Word?
}

/// The flags of one instruction, checked against what it takes.
struct Flags {
    private let all: [Flag]

    /// Reads the words that begin with `--`.
    ///
    /// - Throws: For an unknown flag, one given twice, and a value where none belongs or the other way round.
    init(_ words: [Word], of keyword: Keyword, in source: SourceFile) throws(Diagnostic) {
        var all: [Flag] = []
        for word in words {
            let (name, value) = Self.split(word)
            let known = keyword.flags
            guard let specification = known.first(where: { $0.name == name }) else {
                let nearest = nearestWord(to: name, in: known.map(\.name))
                throw source.error(
                    at: word.location, "unknown flag --\(name) for \(keyword.rawValue)",
                    hint: nearest.map { "did you mean --\($0)?" })
            }
            if specification.kind != .values, all.contains(where: { $0.name == name }) {
                throw source.error(at: word.location, "--\(name) is given twice")
            }
            if specification.kind != .switch, value?.text.isEmpty ?? true {
                throw source.error(
                    at: word.location, "--\(name) needs a value", hint: "write --\(name)=VALUE")
            }
            if specification.kind == .switch, let value, !["true", "false"].contains(value.text.lowercased())
            {
                throw source.error(at: value.location, "--\(name) is '\(value.text)', not true or false")
            }
            all.append(Flag(name: name, value: value))
        }
        self.all = all
    }

    func value(_ name: String) -> Word? { all.first { $0.name == name }?.value }

    func values(_ name: String) -> [Word] { all.filter { $0.name == name }.compactMap(\.value) }

    /// - Returns: nil when the flag is not given.
    func isOn(_ name: String) -> Bool? {
        all.first { $0.name == name }.map { $0.value?.text.lowercased() != "false" }
    }

    private static func split(_ word: Word) -> (name: String, value: Word?) {
        let body = word.text.dropFirst(2)
        guard let equals = body.firstIndex(of: "=") else { return (String(body), nil) }
        let name = String(body[..<equals])
        let location = SourceLocation(
            file: word.location.file, line: word.location.line,
            column: word.location.column + 3 + name.count)
        return (name, Word(String(body[body.index(after: equals)...]), at: location))
    }
}
