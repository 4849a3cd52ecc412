// SPDX-License-Identifier: Apache-2.0

/// A source of `COPY` with wildcards: `*`, `?`, `[a-z]`, `\` before a character that is meant as it is.
///
/// Source: Go, `filepath.Match`.
package struct PathPattern: Sendable {
    private let pattern: GlobPattern

    /// - Returns: nil for a class that is not closed, or a `\` at the end.
    package init?(_ text: String) {
        var tokens: [GlobPattern.Token] = []
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*":
                if tokens.last != .run { tokens.append(.run) }
            case "?": tokens.append(.one)
            case "[":
                guard let set = CharacterClassReader.read(&rest, matchesSlash: false) else { return nil }
                tokens.append(.characterClass(set))
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                tokens.append(.literal(escaped))
            default: tokens.append(.literal(scalar))
            }
        }
        pattern = GlobPattern(tokens: tokens)
    }

    /// Whether the whole of `path` matches; no wildcard matches a `/`.
    package func matches(_ path: String) -> Bool { pattern.matches(path) }

    /// Whether a text has a wildcard at all.
    package static func hasWildcards(_ text: some StringProtocol) -> Bool {
        var isEscaped = false
        for character in text {
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if "*?[".contains(character) {
                return true
            }
        }
        return false
    }
}
