// SPDX-License-Identifier: Apache-2.0

import SourceText

/// One `--mount=type=…,option=…` as it was written: its names are checked, its values not expanded yet.
package struct MountFlag: Hashable, Sendable {
    package enum Option: String, CaseIterable, Sendable {
        case type
        case from
        case source
        case target
        case readOnly = "readonly"
        case readWrite = "readwrite"
        case required
        case size
        case id
        case sharing
        case mode
        case uid
        case gid
        case env

        /// Other names for the same.
        static let synonyms: [String: Option] = [
            "src": .source, "dst": .target, "destination": .target, "ro": .readOnly, "rw": .readWrite,
        ]

        /// May stand without a value, which means true.
        var isSwitch: Bool { self == .readOnly || self == .readWrite || self == .required }
    }

    struct Field: Hashable, Sendable {
        let option: Option
        /// nil for a switch without a value.
        let value: Word?
        /// Of the field.
        let location: SourceLocation
    }

    /// The whole value of the flag.
    package let word: Word
    let fields: [Field]

    /// The stage, image or context that is mounted; it contains no variables.
    package var from: Word? { last(.from).flatMap { $0.text.isEmpty ? nil : $0 } }

    /// The value that counts when an option is given more than once.
    func last(_ option: Option) -> Word? { fields.last { $0.option == option }?.value }
}

extension MountFlag {
    /// Reads the fields, which are separated as in a line of CSV.
    ///
    /// - Throws: At an option that no mount has, at one without its value, and at a variable in `from`.
    init(_ word: Word, in source: SourceFile) throws(Diagnostic) {
        var fields: [Field] = []
        guard let pieces = CommaSeparated.fields(word) else {
            throw source.error(at: word.location, "a double quote in --mount is not closed")
        }
        for piece in pieces { fields.append(try Field(piece, in: source)) }
        self.word = word
        self.fields = fields
        if let from, from.text.contains("$") {
            throw source.error(
                at: from.location, "'from' does not expand variables",
                hint: "give it a name: ARG before FROM, then FROM $IMAGE AS name")
        }
    }
}

extension MountFlag.Field {
    fileprivate init(_ piece: Word, in source: SourceFile) throws(Diagnostic) {
        let name = piece.text.prefix { $0 != "=" }
        let key = name.lowercased()
        guard let option = MountFlag.Option(rawValue: key) ?? MountFlag.Option.synonyms[key] else {
            let known = MountFlag.Option.allCases.map(\.rawValue) + MountFlag.Option.synonyms.keys.sorted()
            throw source.error(
                at: piece.location, "unknown option '\(name)' of --mount",
                hint: nearestWord(to: key, in: known).map { "did you mean \($0)?" })
        }
        self.option = option
        location = piece.location
        guard name.count < piece.text.count else {
            guard option.isSwitch else {
                throw source.error(
                    at: piece.location, "'\(name)' needs a value", hint: "write \(name)=VALUE")
            }
            value = nil
            return
        }
        let place = SourceLocation(
            file: piece.location.file, line: piece.location.line,
            column: piece.location.column + name.count + 1)
        value = Word(String(piece.text.dropFirst(name.count + 1)), at: place)
    }
}
