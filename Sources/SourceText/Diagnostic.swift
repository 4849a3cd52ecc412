// SPDX-License-Identifier: Apache-2.0

/// Something to tell a person about a place in a text of theirs.
package struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        case error
        case warning
    }

    package let severity: Severity
    package let location: SourceLocation
    /// One lower-case clause that shows the offending value.
    package let message: String
    /// What the person can do, where that is known.
    package let hint: String?
    /// The text of the line at `location`, without its end.
    package let sourceLine: String?
    /// The lines around, where they have been given: ``surrounded(by:)``.
    package private(set) var surroundings: [SourceLine] = []
    /// Where the caret is in `sourceLine`, from 0.
    private let caret: Int

    /// Credentials in URLs are kept out of the message and the line.
    package init(
        _ severity: Severity = .error, at location: SourceLocation, _ message: String, hint: String? = nil,
        sourceLine: String? = nil
    ) {
        self.severity = severity
        self.location = location
        self.message = withoutCredentials(message)
        self.hint = hint
        self.sourceLine = sourceLine.map(withoutCredentials)
        let before = sourceLine.map { String($0.prefix(max(0, location.column - 1))) } ?? ""
        caret = max(0, location.column - 1) + withoutCredentials(before).count - before.count
    }

    /// The same with the lines of the text around it.
    package func surrounded(by lines: [SourceLine]) -> Diagnostic {
        var diagnostic = self
        diagnostic.surroundings = lines
        return diagnostic
    }

    /// `file:line:column: error: message`, then the line with a caret under the column, then the hint.
    package var description: String {
        var text = "\(location): \(severity.rawValue): \(message)"
        if let sourceLine {
            let (visible, caret) = Self.window(of: sourceLine, at: caret)
            text += "\n  \(visible)\n  \(String(repeating: " ", count: caret))^"
        }
        if let hint { text += "\n  hint: \(hint)" }
        return text
    }

    /// The part of a line that fits a terminal, blanks for tabs, and where the column is in it.
    private static func window(of line: String, at column: Int) -> (visible: String, caret: Int) {
        let characters = line.map { $0 == "\t" ? " " : $0 }
        guard characters.count > widest else { return (String(characters), column) }
        let start = max(0, min(column, characters.count) - widest / 2)
        let part = String(characters[start..<min(characters.count, start + widest)])
        let head = start > 0 ? "…" : ""
        let tail = start + widest < characters.count ? "…" : ""
        return (head + part + tail, min(column, characters.count) - start + head.count)
    }

    /// Of the lines that are shown whole, in characters.
    private static let widest = 160
}

/// Everything wrong with one text, in the order of the text.
///
/// Never empty.
package struct Diagnostics: Error, Sendable, CustomStringConvertible {
    package let all: [Diagnostic]

    package init(_ first: Diagnostic, _ rest: [Diagnostic] = []) {
        all = [first] + rest
    }

    /// - Returns: nil when nothing in `diagnostics` is an error.
    package init?(errorsIn diagnostics: [Diagnostic]) {
        let errors = diagnostics.filter { $0.severity == .error }
        guard !errors.isEmpty else { return nil }
        all = errors
    }

    package var description: String {
        all.map(\.description).joined(separator: "\n")
    }
}
