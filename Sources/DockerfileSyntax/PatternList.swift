// SPDX-License-Identifier: Apache-2.0

/// Patterns in an order, some of them exceptions: the last one that matches a path, or one of its parent
/// folders, decides.
///
/// What `.dockerignore`, `--exclude` and `--parents` have in common.
///
/// Source: the reading of corners is that of moby/patternmatcher, which asks for each path with the answers
/// of its folder at hand.
package struct PatternList: Sendable {
    /// What is known of one path, for asking about what is inside it.
    package struct Answer: Sendable {
        package let isMatch: Bool
        fileprivate let matched: [Bool]
    }

    struct Rule: Sendable {
        let isException: Bool
        let pattern: GlobPattern
    }

    private let rules: [Rule]

    init(rules: [Rule]) {
        self.rules = rules
    }

    /// Compiles patterns; one that begins with `!` is an exception.
    ///
    /// - Returns: nil when one of them is none: a `!` alone, an open `[`, a `\` at the end.
    package init?(_ patterns: [String]) {
        var rules: [Rule] = []
        for text in patterns {
            guard let rule = Rule(text) else { return nil }
            rules.append(rule)
        }
        self.rules = rules
    }

    package var isEmpty: Bool { rules.isEmpty }

    /// What the patterns say of `path`, which is relative, without `./` and without a `/` at the end.
    ///
    /// `folder` is the answer for the folder that `path` is in; nil at the top.
    package func answer(for path: String, in folder: Answer?) -> Answer {
        var isMatch = false
        var matched = [Bool](repeating: false, count: rules.count)
        for (index, rule) in rules.enumerated() {
            var isHit = folder?.matched[index] ?? false
            if !isHit {
                // A pattern that could not change the answer is not asked, and so counts as no match for
                // what is inside.
                guard rule.isException == isMatch else { continue }
                isHit = rule.pattern.matches(path)
            }
            matched[index] = isHit
            if isHit { isMatch = !rule.isException }
        }
        return Answer(isMatch: isMatch, matched: matched)
    }

    /// The answer for a path, asked from the top down.
    package func matches(_ path: String) -> Bool {
        var folder: Answer?
        for end in path.indices where path[end] == "/" {
            folder = answer(for: String(path[..<end]), in: folder)
        }
        return answer(for: path, in: folder).isMatch
    }

    /// Whether an exception can apply to something inside a folder that matches itself.
    package func hasExceptions(inside folder: String) -> Bool {
        rules.contains { $0.isException && $0.pattern.canMatch(inside: folder) }
    }

    /// Whether something inside a folder that does not match itself can match.
    package func canMatch(inside folder: String) -> Bool {
        rules.contains { !$0.isException && $0.pattern.canMatch(inside: folder) }
    }
}

extension PatternList.Rule {
    /// - Returns: nil for a pattern that is none.
    init?(_ text: String) {
        var rest = Substring(text).trimmingWhitespace
        isException = rest.first == "!"
        if isException { rest = rest.dropFirst().trimmingWhitespace }
        guard !rest.isEmpty, let pattern = GlobPattern(withFolders: CleanPath.relative(String(rest))) else {
            return nil
        }
        self.pattern = pattern
    }
}

extension GlobPattern {
    /// Compiles a pattern in which `**` matches any run of folders.
    ///
    /// - Returns: nil for a class that is not closed, and for a `\` at the end.
    init?(withFolders text: String) {
        var tokens: [Token] = []
        var rest = Substring(text).unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*" where rest.first == "*":
                rest.removeFirst()
                if rest.first == "/" { rest.removeFirst() }
                tokens.append(rest.isEmpty ? .anything : .folders)
            case "*": tokens.append(.run)
            case "?": tokens.append(.one)
            case "[":
                guard let set = CharacterClassReader.read(&rest, matchesSlash: true) else { return nil }
                tokens.append(.characterClass(set))
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                tokens.append(.literal(escaped))
            default: tokens.append(.literal(scalar))
            }
        }
        // `**name` with nothing special in the name is any path with that ending.
        let tail = GlobPattern(tokens: Array(tokens.dropFirst()))
        if tokens.first == .folders, tail.isLiteral, !text.hasPrefix("**/") { tokens[0] = .anything }
        self.init(tokens: tokens)
    }
}

extension Substring {
    var trimmingWhitespace: Substring {
        var text = drop { $0.isWhitespace }
        while text.last?.isWhitespace ?? false { text.removeLast() }
        return text
    }
}
