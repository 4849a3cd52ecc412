// SPDX-License-Identifier: Apache-2.0

/// One run of an `Expander` over one text.
struct Expansion {
    private let rules: Expander
    private let characters: [Character]
    private var position = 0
    private(set) var words: [String] = []

    init(_ text: String, by rules: Expander) {
        self.rules = rules
        characters = Array(text)
    }

    mutating func run() throws(ExpansionError) -> String {
        try run(upTo: nil, keepsEscapes: false)
    }

    /// Reads up to the unquoted character `end`, which is consumed, or to the end of the text.
    private mutating func run(upTo end: Character?, keepsEscapes: Bool) throws(ExpansionError) -> String {
        var result = ""
        var splitter = WordSplitter()
        while let character = next() {
            if character == end { return result }
            var piece = String(character)
            var isQuoted = false
            switch character {
            case "$": piece = try variable(keepsEscapes: keepsEscapes)
            case "'" where rules.quotes == .removed: (piece, isQuoted) = (try singleQuoted(), true)
            case "\"" where rules.quotes == .removed: (piece, isQuoted) = (try doubleQuoted(), true)
            case rules.escape: (piece, isQuoted) = (escaped(keepsEscapes: keepsEscapes), true)
            default: break
            }
            result += piece
            if end == nil { splitter.append(piece, isQuoted: isQuoted) }
        }
        if let end { throw ExpansionError(message: "missing '\(end)' in a substitution") }
        words = splitter.finish()
        return result
    }

    private var peeked: Character? { position < characters.count ? characters[position] : nil }

    private mutating func next() -> Character? {
        guard let character = peeked else { return nil }
        position += 1
        return character
    }

    /// What stands after an escape character; nothing at the end of the text.
    private mutating func escaped(keepsEscapes: Bool) -> String {
        let mark = keepsEscapes ? String(rules.escape) : ""
        return mark + (next().map(String.init) ?? "")
    }

    private mutating func singleQuoted() throws(ExpansionError) -> String {
        var result = ""
        while let character = next() {
            if character == "'" { return result }
            result.append(character)
        }
        throw ExpansionError(message: "a single quote is not closed")
    }

    /// Inside double quotes only `"`, `$` and the escape character can be escaped.
    private mutating func doubleQuoted() throws(ExpansionError) -> String {
        var result = ""
        while let character = next() {
            switch character {
            case "\"": return result
            case "$": result += try variable(keepsEscapes: false)
            case rules.escape:
                if let following = peeked, following == "\"" || following == "$" || following == rules.escape
                {
                    result.append(following)
                    position += 1
                } else if peeked != nil {
                    result.append(character)
                }
            default: result.append(character)
            }
        }
        throw ExpansionError(message: "a double quote is not closed")
    }

    // MARK: Variables

    /// What stands after a `$`.
    private mutating func variable(keepsEscapes: Bool) throws(ExpansionError) -> String {
        guard peeked == "{" else {
            let name = name()
            return name.isEmpty ? "$" : rules.lookup(name) ?? ""
        }
        position += 1
        let name = name()
        guard !name.isEmpty, let modifier = next() else {
            throw ExpansionError(
                message: peeked == nil ? "missing '}' in a substitution" : "bad substitution")
        }
        let value = rules.lookup(name)
        switch modifier {
        case "}": return value ?? ""
        case ":":
            guard let second = next(), "-+?".contains(second) else {
                throw ExpansionError(message: "bad substitution: ${\(name):… takes -, + or ?")
            }
            return try conditional(second, name: name, value: value?.isEmpty ?? true ? nil : value)
        case "-", "+", "?": return try conditional(modifier, name: name, value: value)
        case "#", "%": return try trimmed(value ?? "", modifier)
        case "/": return try replaced(value ?? "")
        default: throw ExpansionError(message: "bad substitution: '\(modifier)' after ${\(name)")
        }
    }

    /// A name of letters, digits and `_`, or one special parameter, or digits.
    private mutating func name() -> String {
        guard let first = peeked else { return "" }
        if "@*#?-$!".contains(first) {
            position += 1
            return String(first)
        }
        let isNumber = first.isNumber
        let start = position
        while let character = peeked,
            character.isNumber || (!isNumber && (character.isLetter || character == "_"))
        {
            position += 1
        }
        return String(characters[start..<position])
    }

    /// The forms with `-`, `+` and `?`, where a `value` of nil is what the form takes as unset.
    private mutating func conditional(
        _ modifier: Character, name: String, value: String?
    ) throws(ExpansionError) -> String {
        let word = try run(upTo: "}", keepsEscapes: false)
        switch modifier {
        case "-": return value ?? word
        case "+": return value == nil ? "" : word
        default:
            guard let value else {
                throw ExpansionError(message: word.isEmpty ? "\(name) is not set" : "\(name): \(word)")
            }
            return value
        }
    }

    /// `#` and `##` take a matching beginning away, `%` and `%%` an end; doubled ones the longest.
    private mutating func trimmed(_ value: String, _ modifier: Character) throws(ExpansionError) -> String {
        let isLongest = peeked == modifier
        if isLongest { position += 1 }
        let pattern = try ShellPattern(try run(upTo: "}", keepsEscapes: true), escape: rules.escape)
        let length = modifier == "#" ? Array(value) : Array(value.reversed())
        let reading = modifier == "#" ? pattern : pattern.reversed
        let lengths = reading.matchingPrefixLengths(of: length[...])
        guard let count = isLongest ? lengths.max() : lengths.min() else { return value }
        return String(modifier == "#" ? value.dropFirst(count) : value.dropLast(count))
    }

    /// `/pattern/replacement` replaces the first match, `//` every one.
    private mutating func replaced(_ value: String) throws(ExpansionError) -> String {
        let isEvery = peeked == "/"
        if isEvery { position += 1 }
        let pattern = try ShellPattern(try run(upTo: "/", keepsEscapes: true), escape: rules.escape)
        let replacement = try run(upTo: "}", keepsEscapes: true)
        var rest = Array(value)[...]
        var result = ""
        while !rest.isEmpty {
            if let length = pattern.matchingPrefixLengths(of: rest).max(), length > 0 {
                result += replacement
                rest = rest.dropFirst(length)
                if !isEvery { return result + String(rest) }
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }
}

/// Splits expanded text at blanks that are not quoted.
private struct WordSplitter {
    private var words: [String] = []
    private var word: String?

    mutating func append(_ piece: String, isQuoted: Bool) {
        guard !isQuoted else {
            word = (word ?? "") + piece
            return
        }
        for character in piece {
            if character.isBlank || character == "\n" {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
    }

    /// An empty word in quotes is none, as BuildKit has it.
    func finish() -> [String] {
        (words + (word.map { [$0] } ?? [])).filter { !$0.isEmpty }
    }
}
