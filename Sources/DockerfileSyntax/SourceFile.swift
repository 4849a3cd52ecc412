// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// A text with the name that a person gave its file: what diagnostics quote from.
package struct SourceFile: Hashable, Sendable {
    package let name: String
    /// The lines without their ends (`\n` or `\r\n`), without a byte order mark.
    package let lines: [String]

    package init(_ text: String, name: String) {
        self.name = name
        let body = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        var lines = body.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(
            String.init)
        if lines.last == "" { lines.removeLast() }
        self.lines = lines
    }

    /// The lines of `range` with two before and after, as far as there are such.
    package func lines(around range: ClosedRange<Int>) -> [SourceLine] {
        let first = max(1, range.lowerBound - 2)
        let last = min(lines.count, range.upperBound + 2)
        guard first <= last else { return [] }
        return (first...last).map { number in
            SourceLine(number: number, text: lines[number - 1], isMarked: range.contains(number))
        }
    }

    package func error(at location: SourceLocation, _ message: String, hint: String? = nil) -> Diagnostic {
        diagnostic(.error, at: location, message, hint: hint)
    }

    package func warning(at location: SourceLocation, _ message: String, hint: String? = nil) -> Diagnostic {
        diagnostic(.warning, at: location, message, hint: hint)
    }

    private func diagnostic(
        _ severity: Diagnostic.Severity, at location: SourceLocation, _ message: String, hint: String?
    ) -> Diagnostic {
        let isHere = location.file == name && lines.indices.contains(location.line - 1)
        let line = isHere ? lines[location.line - 1] : nil
        return Diagnostic(severity, at: location, message, hint: hint, sourceLine: line)
    }
}
