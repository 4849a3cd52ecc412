// SPDX-License-Identifier: Apache-2.0

/// A task file cut in two: its `alias` sections, and everything else.
///
/// The cut is by lines, before anything is YAML: a section starts at a first-column `alias:` and ends at the
/// next line that starts in the first column and has a colon.
struct AliasSection {
    /// All sections, one after the other; empty when there are none.
    let section: TracedText
    let rest: TracedText

    init(cutFrom text: TracedText) {
        var section: [TracedText.Line] = []
        var rest: [TracedText.Line] = []
        var isInside = false
        for line in text.lines {
            if line.text.hasPrefix("alias:") {
                isInside = true
            } else if isInside, let first = line.text.first, !first.isWhitespace, line.text.contains(":") {
                isInside = false
            }
            if isInside { section.append(line) } else { rest.append(line) }
        }
        self.section = TracedText(lines: section)
        self.rest = TracedText(lines: rest)
    }
}
