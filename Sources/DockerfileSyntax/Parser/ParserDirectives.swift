// SPDX-License-Identifier: Apache-2.0

import SourceText

/// The `# name=value` lines at the top of a Dockerfile.
///
/// Source: Dockerfile reference, "Parser directives".
package struct ParserDirectives: Hashable, Sendable {
    /// `# syntax=`: the frontend that BuildKit would fetch; this parser is used in any case.
    package private(set) var syntax: String?
    /// `# check=`: which build checks to skip.
    package private(set) var check: String?
    /// `# escape=`: the character that continues lines and escapes others.
    package private(set) var escape: Character = "\\"

    /// How many lines they take.
    private(set) var lineCount = 0

    private static let names = ["syntax", "check", "escape"]

    /// Reads the directives of a text: the first lines up to one that is not `# known=value`.
    ///
    /// - Throws: For a directive given twice, and for an escape character other than `\` and `` ` ``.
    init(_ source: SourceFile) throws(Diagnostic) {
        var seen: Set<String> = []
        for (index, line) in source.lines.enumerated() {
            guard let (name, value) = Self.directive(in: line), Self.names.contains(name) else { return }
            let indent = line.prefix { $0.isBlank }.count
            let location = SourceLocation(file: source.name, line: index + 1, column: indent + 1)
            guard seen.insert(name).inserted else {
                throw source.error(at: location, "the directive '\(name)' is given twice")
            }
            lineCount += 1
            switch name {
            case "syntax": syntax = value
            case "check":
                do {
                    _ = try CheckOptions(value)
                } catch {
                    throw source.error(at: location, "the directive 'check': \(error.message)")
                }
                check = value
            default:
                guard value == "\\" || value == "`" else {
                    throw source.error(at: location, "the escape character is '\(value)', not \\ or `")
                }
                escape = Character(value)
            }
        }
    }

    private static func directive(in line: String) -> (name: String, value: String)? {
        let text = line.drop { $0.isBlank }
        guard text.first == "#", let equals = text.firstIndex(of: "=") else { return nil }
        let name = text[text.index(after: text.startIndex)..<equals].trimmingBlanks
        let value = text[text.index(after: equals)...].trimmingBlanks
        guard let first = name.first, first.isLetter, !value.isEmpty else { return nil }
        guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else { return nil }
        return (name.lowercased(), value)
    }
}

extension StringProtocol {
    /// Without blanks at either end.
    var trimmingBlanks: String {
        let start = drop { $0.isBlank }
        return String(String(start.reversed()).drop { $0.isBlank }.reversed())
    }
}
