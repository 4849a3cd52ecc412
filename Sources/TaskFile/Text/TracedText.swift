// SPDX-License-Identifier: Apache-2.0

/// A text whose every line remembers which line of an earlier text it comes from.
struct TracedText: Hashable, Sendable {
    struct Line: Hashable, Sendable {
        var text: String
        /// Counted from 1.
        var origin: Int
    }

    var lines: [Line]

    init(lines: [Line]) {
        self.lines = lines
    }

    /// A text as a person wrote it: each line comes from itself.
    ///
    /// Line ends of any system, a byte order mark is dropped.
    init(_ source: String) {
        var scalars = Substring(source).unicodeScalars
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        var lines = scalars.split(separator: "\n", omittingEmptySubsequences: false)
        for index in lines.indices where lines[index].last == "\r" { lines[index].removeLast() }
        self.lines = lines.enumerated().map { Line(text: String(Substring($1)), origin: $0 + 1) }
    }

    /// The lines joined with line feeds.
    var text: String { lines.map(\.text).joined(separator: "\n") }

    /// True when no line has anything but blanks.
    var isBlank: Bool { lines.allSatisfy { $0.text.allSatisfy(\.isWhitespace) } }

    /// The same lines, traced one text further back.
    ///
    /// The origins of this text count the lines of `earlier`.
    func traced(through earlier: TracedText) -> TracedText {
        TracedText(
            lines: lines.map { line in
                let index = line.origin - 1
                let origin = earlier.lines.indices.contains(index) ? earlier.lines[index].origin : line.origin
                return Line(text: line.text, origin: origin)
            })
    }
}
