// SPDX-License-Identifier: Apache-2.0

/// Collects pieces of text, each from a known line, into a traced text.
///
/// A line that is put together from several pieces counts as coming from its first piece that is not blank.
struct TracedTextBuilder {
    private var lines: [TracedText.Line] = []
    private var current = TracedText.Line(text: "", origin: 1)
    private var hasInk = false
    /// Bytes collected so far.
    private(set) var byteCount = 0

    var text: TracedText { TracedText(lines: lines + [current]) }

    /// Appends text that starts at `line`; each line feed in it leads to the next line of the origin, unless
    /// the whole text was made by one place (`isGenerated`).
    mutating func append(_ text: String, from line: Int, isGenerated: Bool = false) {
        byteCount += text.utf8.count
        var origin = line
        var isFirst = true
        for piece in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            if !isFirst {
                lines.append(current)
                if !isGenerated { origin += 1 }
                current = TracedText.Line(text: "", origin: origin)
                hasInk = false
            }
            isFirst = false
            add(Substring(piece), from: origin)
        }
    }

    private mutating func add(_ piece: Substring, from origin: Int) {
        guard !piece.isEmpty else { return }
        let isInk = !piece.allSatisfy(\.isWhitespace)
        if current.text.isEmpty || (isInk && !hasInk) { current.origin = origin }
        hasInk = hasInk || isInk
        current.text += piece
    }
}
