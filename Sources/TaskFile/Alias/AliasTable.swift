// SPDX-License-Identifier: Apache-2.0

/// What aliases stand for, and the character that calls them.
struct AliasTable: Hashable, Sendable {
    var directive: UnicodeScalar = "$"
    private(set) var values: [String: String] = [:]

    /// Starts with the built-in aliases.
    init(images: [String: String]) {
        for name in BuiltInAliases.runVariables { values[name] = "{{.Run.\(name)}}" }
        values.merge(images) { $1 }
    }

    /// Lays stronger aliases over those there are.
    mutating func overlay(_ stronger: [String: String]) {
        values.merge(stronger) { $1 }
    }

    /// Whether a name may be that of an alias: ASCII letters and digits only.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.unicodeScalars.allSatisfy(isNameScalar)
    }

    static func isNameScalar(_ scalar: UnicodeScalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }

    /// Replaces aliases in one pass over the text: what an alias brings in is not looked at again.
    func expand(_ text: TracedText) -> TracedText {
        var builder = TracedTextBuilder()
        for (index, line) in text.lines.enumerated() {
            if index > 0 { builder.append("\n", from: line.origin, isGenerated: true) }
            builder.append(expand(line.text), from: line.origin, isGenerated: true)
        }
        return builder.text
    }

    /// The scan of one line.
    ///
    /// After a name that is no alias, the character that ends the name is copied even when it is the
    /// directive: it does not start another alias.
    private func expand(_ line: String) -> String {
        guard line.unicodeScalars.contains(directive) else { return line }
        var result = ""
        var rest = Substring(line).unicodeScalars
        while let start = rest.firstIndex(of: directive) {
            result += Substring(rest[..<start])
            rest = rest[rest.index(after: start)...]
            let name = rest.prefix(while: Self.isNameScalar)
            rest = rest.dropFirst(name.count)
            if let value = values[String(name)] {
                result += value
                continue
            }
            let isDoubled = name.isEmpty && rest.first == directive
            if !isDoubled {
                result.unicodeScalars.append(directive)
                result += Substring(name)
            }
            if let terminator = rest.popFirst() { result.unicodeScalars.append(terminator) }
        }
        return result + Substring(rest)
    }

    /// Replaces the first word of a command when it is the bare name of an alias.
    ///
    /// What a built-in alias stands for is rendered from `run`.
    func expandFirstWord(of command: String, run: RunVariables) -> String {
        let trimmed = command.trimmed
        let word = trimmed.prefix { $0 != " " }
        guard var value = values[String(word)] else { return command }
        let builtIn = BuiltInAliases.runVariables.contains(String(word)) && value == "{{.Run.\(word)}}"
        if builtIn, case .text(let text)? = run.template[String(word)] { value = text }
        return value + trimmed.dropFirst(word.count)
    }
}
