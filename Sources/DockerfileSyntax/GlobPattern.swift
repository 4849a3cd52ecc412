// SPDX-License-Identifier: Apache-2.0

/// A pattern of path names, compiled: what `.dockerignore` and the sources of `COPY` have in common.
struct GlobPattern: Sendable {
    enum Token: Hashable {
        case literal(Unicode.Scalar)
        /// `?`: one character, not `/`.
        case one
        /// `*`: any run without `/`.
        case run
        /// `**/`: nothing, or any run that ends in `/`.
        case folders
        /// `**` at an end: any run.
        case anything
        case characterClass(CharacterClass)
    }

    /// `[a-z]`, `[^abc]`.
    struct CharacterClass: Hashable {
        let isNegated: Bool
        let ranges: [ClosedRange<Unicode.Scalar>]
        let matchesSlash: Bool

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            (matchesSlash || scalar != "/") && ranges.contains { $0.contains(scalar) } != isNegated
        }
    }

    let tokens: [Token]
    /// The characters before the first wildcard.
    let literalPrefix: String
    /// The characters behind the last wildcard.
    private let literalSuffix: String
    /// Without a wildcard: the one text that matches is `literalPrefix`.
    let isLiteral: Bool
    /// How many folders deep a match is; nil where `**` makes that any number.
    private let depth: Int?

    init(tokens: [Token]) {
        let prefix = tokens.prefix { $0.scalar != nil }
        self.tokens = tokens
        literalPrefix = Self.text(prefix)
        literalSuffix = Self.text(tokens.suffix(tokens.reversed().prefix { $0.scalar != nil }.count))
        isLiteral = prefix.count == tokens.count
        let isDeep = tokens.contains(.folders) || tokens.contains(.anything)
        depth = isDeep ? nil : tokens.count { $0 == .literal("/") }
    }

    private static func text(_ tokens: ArraySlice<Token>) -> String {
        var text = String.UnicodeScalarView()
        for case .literal(let scalar) in tokens { text.append(scalar) }
        return String(text)
    }

    /// Whether some path inside a folder can match, as far as the beginning and the depth of the pattern
    /// tell.
    func canMatch(inside folder: String) -> Bool {
        let inside = folder + "/"
        if let depth, inside.utf8.count(where: { $0 == UInt8(ascii: "/") }) > depth { return false }
        return literalPrefix.hasPrefix(inside) || (!isLiteral && inside.hasPrefix(literalPrefix))
    }

    /// Whether the whole of `path` matches.
    ///
    /// Follows all ways through the pattern at once, so that no pattern
    /// takes longer than its length times that of the path.
    func matches(_ path: String) -> Bool {
        guard !isLiteral else { return path == literalPrefix }
        // Most paths differ where a pattern is plain: no need to look closer.
        guard path.utf8.starts(with: literalPrefix.utf8),
            path.utf8.reversed().starts(with: literalSuffix.utf8.reversed())
        else { return false }
        let text = Array(path.unicodeScalars)
        var ends = [Bool](repeating: false, count: text.count + 1)
        ends[0] = true
        for token in tokens {
            ends = Self.ends(after: token, from: ends, in: text)
            if !ends.contains(true) { return false }
        }
        return ends[text.count]
    }

    /// Where a token can end, when those before it can end at `starts`: a flag for each position in `text`.
    private static func ends(after token: Token, from starts: [Bool], in text: [Unicode.Scalar]) -> [Bool] {
        var ends = [Bool](repeating: false, count: starts.count)
        var isPastStart = false
        for position in starts.indices {
            let previous = position > 0 ? text[position - 1] : nil
            let precedes = position > 0 && starts[position - 1]
            isPastStart = isPastStart || precedes
            ends[position] =
                switch token {
                case .literal(let scalar): precedes && previous == scalar
                case .one: precedes && previous != "/"
                case .characterClass(let set): precedes && previous.map(set.contains) ?? false
                case .run: starts[position] || (position > 0 && ends[position - 1] && previous != "/")
                case .folders: starts[position] || (isPastStart && previous == "/")
                case .anything: starts[position] || isPastStart
                }
        }
        return ends
    }
}

extension GlobPattern.Token {
    /// Of a literal.
    fileprivate var scalar: Unicode.Scalar? {
        if case .literal(let scalar) = self { scalar } else { nil }
    }
}

/// Reads one `[…]`.
struct CharacterClassReader {
    /// Takes a class from `rest`, which begins after the `[` and afterwards behind the `]`.
    ///
    /// - Returns: nil for a class that is not closed, empty, or has a range without an end.
    static func read(
        _ rest: inout Substring.UnicodeScalarView, matchesSlash: Bool
    ) -> GlobPattern.CharacterClass? {
        let isNegated = rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while rest.first != "]" || ranges.isEmpty {
            guard let low = scalar(&rest) else { return nil }
            var high = low
            if rest.first == "-" {
                rest.removeFirst()
                guard let end = scalar(&rest) else { return nil }
                high = end
            }
            guard low <= high else { return nil }
            ranges.append(low...high)
        }
        rest.removeFirst()
        return GlobPattern.CharacterClass(isNegated: isNegated, ranges: ranges, matchesSlash: matchesSlash)
    }

    private static func scalar(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
        guard let first = rest.popFirst(), first != "-", first != "]" else { return nil }
        return first == "\\" ? rest.popFirst() : first
    }
}
