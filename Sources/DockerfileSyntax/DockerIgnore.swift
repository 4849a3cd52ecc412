// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// Which files of a context a build does not see.
///
/// Source: Dockerfile reference, ".dockerignore file"; where it is silent, ``PatternList``.
package struct DockerIgnore: Sendable {
    /// A path that matches is ignored, in the spelling of the tree.
    package let patterns: PatternList
    private let spelling: @Sendable (String) -> String

    /// Ignores nothing.
    package init() {
        patterns = PatternList(rules: [])
        spelling = { $0 }
    }

    private init(patterns: PatternList, spelling: @escaping @Sendable (String) -> String) {
        self.patterns = patterns
        self.spelling = spelling
    }

    /// Reads lines: blank ones and those that begin with `#` say nothing; blanks around a pattern, slashes at
    /// its ends, `.` and `..` in it do not count.
    ///
    /// `spelling` says how the tree has names that a text spells.
    ///
    /// - Throws: For a `!` alone and for a pattern that is not one.
    package static func parse(
        _ text: String, file: String, spelling: @escaping @Sendable (String) -> String = { $0 }
    ) throws(Diagnostic) -> DockerIgnore {
        let source = SourceFile(text, name: file)
        var rules: [PatternList.Rule] = []
        for (index, line) in source.lines.enumerated() where !line.hasPrefix("#") {
            let pattern = Substring(line).trimmingWhitespace
            guard !pattern.isEmpty else { continue }
            guard let rule = PatternList.Rule(spelling(String(pattern))) else {
                let location = SourceLocation(file: file, line: index + 1)
                let isAlone = pattern.dropFirst().trimmingWhitespace.isEmpty && pattern.first == "!"
                throw isAlone
                    ? source.error(at: location, "'!' without a pattern")
                    : source.error(
                        at: location, "'\(pattern)' is not a pattern",
                        hint: pattern.last == "\\"
                            ? "write \\\\ for a backslash in a name"
                            : "close the '[', or write \\[ for a bracket in a name")
            }
            rules.append(rule)
        }
        return DockerIgnore(patterns: PatternList(rules: rules), spelling: spelling)
    }

    /// Whether a path is ignored, itself or with one of its parent folders; as a Dockerfile spells it.
    package func ignores(_ path: String) -> Bool { patterns.matches(spelling(path)) }
}
