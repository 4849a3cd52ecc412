// SPDX-License-Identifier: Apache-2.0

/// The pattern of `${name#pattern}`: `*` is any run of characters, `?` is one.
struct ShellPattern {
    private enum Token {
        case run
        case one
        case literal(Character)
    }

    private let tokens: [Token]

    private init(tokens: [Token]) {
        self.tokens = tokens
    }

    /// - Throws: For an escape of a character that needs none.
    init(_ text: String, escape: Character) throws(ExpansionError) {
        var tokens: [Token] = []
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "*": tokens.append(.run)
            case "?": tokens.append(.one)
            case escape:
                guard let escaped = rest.popFirst(), "*?}/".contains(escaped) || escaped == escape else {
                    throw ExpansionError(message: "bad escape in the pattern '\(text)'")
                }
                tokens.append(.literal(escaped))
            default: tokens.append(.literal(character))
            }
        }
        self.tokens = tokens
    }

    /// Matches what this one matches, read backwards.
    var reversed: ShellPattern { ShellPattern(tokens: tokens.reversed()) }

    /// - Returns: How many characters at the start of `text` the whole pattern can match.
    func matchingPrefixLengths(of text: ArraySlice<Character>) -> Set<Int> {
        var lengths: Set<Int> = [0]
        let characters = Array(text)
        for token in tokens {
            switch token {
            case .run:
                guard let shortest = lengths.min() else { return [] }
                lengths = Set(shortest...characters.count)
            case .one: lengths = Set(lengths.lazy.filter { $0 < characters.count }.map { $0 + 1 })
            case .literal(let expected):
                lengths = Set(
                    lengths.lazy.filter { $0 < characters.count && characters[$0] == expected }.map { $0 + 1 }
                )
            }
        }
        return lengths
    }
}
