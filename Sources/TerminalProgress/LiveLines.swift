// SPDX-License-Identifier: Apache-2.0

/// Lines at the end of a terminal that change in place: turns what is to be seen into bytes to write.
///
/// What has settled is written once, above the live lines, and scrolls away with the rest. Between two frames the
/// cursor is at the start of the line below the last one, so that whatever ends the program leaves the terminal in
/// order: there is nothing to restore.
///
/// Source: ECMA-48 (cursor up, erase in line, erase in page).
package struct LiveLines: Sendable {
    /// The size of a terminal in characters.
    package struct Screen: Hashable, Sendable {
        package var columns: Int
        package var rows: Int

        package init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// How many live lines are on the screen.
    private var height = 0

    package init() {}

    /// The bytes that turn the last frame into this one.
    ///
    /// Lines are cut to the screen's width; where the live ones are too many for it, the last line says how many
    /// there are.
    package mutating func frame(settled: [String], live: [String], on screen: Screen) -> [UInt8] {
        guard !settled.isEmpty || !live.isEmpty || height > 0 else { return [] }
        let shown = LiveLines.fit(live, rows: max(1, screen.rows - 1))
        var text = height > 0 ? "\u{1B}[\(height)A" : ""
        // A terminal breaks a line that fills the last column: one stays free.
        for line in settled + shown { text += "\r\(line.cut(to: max(1, screen.columns - 1)))\u{1B}[K\r\n" }
        text += "\u{1B}[J"
        height = shown.count
        return Array(text.utf8)
    }

    private static func fit(_ lines: [String], rows: Int) -> [String] {
        guard lines.count > rows else { return lines }
        return lines.prefix(rows - 1) + ["… and \(lines.count - rows + 1) more"]
    }
}

extension String {
    /// At most `width` characters, control characters left out, with `…` where something is missing.
    fileprivate func cut(to width: Int) -> String {
        let visible = filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }
        return visible.count <= width ? visible : visible.prefix(width - 1) + "…"
    }
}
