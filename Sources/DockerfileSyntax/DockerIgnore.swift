// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// Which files of a context a build does not see.
///
/// The last pattern that matches a path, or one of its parent folders, decides.
///
/// Source: Dockerfile reference, ".dockerignore file"; the reading of its corners is that of BuildKit, which
/// asks for each path with the answers of its folder at hand.
package struct DockerIgnore: Sendable {
    /// What is known of one path, for asking about what is inside it.
    package struct Answer: Sendable {
        package let isIgnored: Bool
        fileprivate let matched: [Bool]
    }

    private let rules: [Rule]

    private struct Rule: Sendable {
        let isException: Bool
        let pattern: GlobPattern
    }

    /// Whether some path inside an ignored folder can be one that is not: a pattern with `!` leads there.
    package func canKeepSomething(in folder: String) -> Bool {
        let inside = folder + "/"
        return rules.contains { rule in
            let prefix = rule.pattern.literalPrefix
            return rule.isException
                && (prefix.hasPrefix(inside) || (!rule.pattern.isLiteral && inside.hasPrefix(prefix)))
        }
    }

    /// Ignores nothing.
    package init() {
        rules = []
    }

    private init(rules: [Rule]) {
        self.rules = rules
    }

    /// - Throws: For a `!` alone and for a pattern that is not one.
    package static func parse(_ text: String, file: String) throws(Diagnostic) -> DockerIgnore {
        let source = SourceFile(text, name: file)
        var rules: [Rule] = []
        for (index, line) in source.lines.enumerated() where !line.hasPrefix("#") {
            var pattern = line.trimmingWhitespace
            let isException = pattern.first == "!"
            if isException { pattern = pattern.dropFirst().trimmingWhitespace }
            guard !pattern.isEmpty || isException else { continue }
            let location = SourceLocation(file: file, line: index + 1)
            guard !pattern.isEmpty else { throw source.error(at: location, "'!' without a pattern") }
            guard let compiled = GlobPattern(ignoring: CleanPath.relative(pattern)) else {
                throw source.error(at: location, "'\(pattern)' is not a pattern", hint: "close the '['")
            }
            rules.append(Rule(isException: isException, pattern: compiled))
        }
        return DockerIgnore(rules: rules)
    }

    /// What to do with `path`, which is relative to the context, without `./` and without a `/` at the end.
    ///
    /// `folder` is the answer for the folder that `path` is in; nil at the top of the context.
    package func answer(for path: String, in folder: Answer?) -> Answer {
        var isIgnored = false
        var matched = [Bool](repeating: false, count: rules.count)
        for (index, rule) in rules.enumerated() {
            var isMatch = folder?.matched[index] ?? false
            if !isMatch {
                // A pattern that could not change the answer is not asked, and so counts as no match for
                // what is inside.
                guard rule.isException == isIgnored else { continue }
                isMatch = rule.pattern.matches(path)
            }
            matched[index] = isMatch
            if isMatch { isIgnored = !rule.isException }
        }
        return Answer(isIgnored: isIgnored, matched: matched)
    }

    /// The answer for a path, asked from the top of the context down.
    package func ignores(_ path: String) -> Bool {
        var folder: Answer?
        for end in path.indices where path[end] == "/" {
            folder = answer(for: String(path[..<end]), in: folder)
        }
        return answer(for: path, in: folder).isIgnored
    }
}

extension GlobPattern {
    /// Compiles a line of `.dockerignore`.
    ///
    /// - Returns: nil for a class that is not closed.
    fileprivate init?(ignoring text: String) {
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
            case "\\": tokens.append(.literal(rest.popFirst() ?? scalar))
            default: tokens.append(.literal(scalar))
            }
        }
        // `**name` with nothing special in the name is any path with that ending.
        let tail = GlobPattern(tokens: Array(tokens.dropFirst()))
        if tokens.first == .folders, tail.isLiteral, !text.hasPrefix("**/") { tokens[0] = .anything }
        self.init(tokens: tokens)
    }
}

extension StringProtocol {
    fileprivate var trimmingWhitespace: String {
        let start = drop { $0.isWhitespace }
        return String(String(start.reversed()).drop { $0.isWhitespace }.reversed())
    }
}
