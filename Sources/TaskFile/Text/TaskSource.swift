// SPDX-License-Identifier: Apache-2.0

import SourceText

/// The file that the person wrote: what every diagnostic points into.
struct TaskSource: Sendable {
    let file: String
    let original: TracedText
    /// What no diagnostic may show.
    private(set) var mask: SecretMask

    init(_ text: String, file: String, mask: SecretMask = SecretMask()) {
        self.file = file
        self.mask = mask
        original = TracedText(text)
    }

    /// The same file, whose diagnostics show `***` for secrets.
    func hiding(_ secrets: [String]) -> TaskSource {
        var source = self
        source.mask.add(secrets)
        return source
    }

    /// The line of the file, without its end; nil outside it.
    func line(_ number: Int) -> String? {
        original.lines.indices.contains(number - 1) ? original.lines[number - 1].text : nil
    }

    /// The place in the file behind a place in a text that was made from it.
    ///
    /// In a line that a substitution changed, columns behind the change mean nothing in the file: they become
    /// the column where the change starts.
    func origin(of location: SourceLocation, in text: TracedText) -> SourceLocation {
        guard let last = text.lines.last else { return location }
        let index = location.line - 1
        let made = text.lines.indices.contains(index) ? text.lines[index] : last
        guard let written = line(made.origin) else {
            return SourceLocation(file: file, line: made.origin, column: location.column)
        }
        guard written != made.text else {
            return SourceLocation(file: file, line: made.origin, column: location.column)
        }
        let same = zip(written, made.text).prefix { $0 == $1 }.count
        return SourceLocation(file: file, line: made.origin, column: min(location.column, same + 1))
    }

    /// A diagnostic about a text that was made from the file, as one about the file.
    func relocate(_ diagnostic: Diagnostic, from text: TracedText) -> Diagnostic {
        atOrigin(diagnostic, origin(of: diagnostic.location, in: text))
    }

    /// The diagnostic at a place of the file, with that line's text.
    func atOrigin(_ diagnostic: Diagnostic, _ place: SourceLocation) -> Diagnostic {
        Diagnostic(
            diagnostic.severity, at: place, mask.mask(diagnostic.message),
            hint: diagnostic.hint.map(mask.mask),
            sourceLine: line(place.line).map(mask.mask))
    }

    /// Where `fragment` stands, for text taken from a scalar that starts at `start`.
    ///
    /// Looks at `lineCount` lines from there on.
    ///
    /// - Returns: `start` when the fragment is not in the file as such (quoted, substituted).
    func place(of fragment: String, from start: SourceLocation, lineCount: Int) -> SourceLocation {
        for number in start.line..<(start.line + max(1, lineCount)) {
            guard let line = line(number) else { break }
            let skipped = number == start.line ? start.column - 1 : 0
            let characters = Array(line)
            let wanted = Array(fragment)
            guard !wanted.isEmpty, characters.count >= wanted.count + skipped else { continue }
            for column in skipped...(characters.count - wanted.count)
            where characters[column..<(column + wanted.count)].elementsEqual(wanted) {
                return SourceLocation(file: file, line: number, column: column + 1)
            }
        }
        return start
    }
}
