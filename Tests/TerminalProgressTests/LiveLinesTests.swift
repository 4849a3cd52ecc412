// SPDX-License-Identifier: Apache-2.0

import TerminalProgress
import Testing

@Suite struct LiveLinesTests {
    /// As much of a terminal as live lines use.
    private struct VirtualScreen {
        let columns: Int
        /// What has been written, the part that scrolled away too.
        var lines: [[Character]] = [[]]
        var row = 0
        var column = 0

        init(columns: Int) {
            self.columns = columns
        }

        var text: [String] { lines.map { String($0) } }

        mutating func take(_ bytes: [UInt8]) {
            var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
            while let scalar = rest.popFirst() {
                switch scalar {
                case "\r": column = 0
                case "\n":
                    row += 1
                    if row == lines.count { lines.append([]) }
                case "\u{1B}":
                    rest.removeFirst()
                    let number = rest.prefix { ("0"..."9").contains($0) }
                    rest = rest.dropFirst(number.count)
                    command(rest.removeFirst(), Int(String(String.UnicodeScalarView(number))) ?? 1)
                default: put(Character(scalar))
                }
            }
        }

        private mutating func command(_ name: Unicode.Scalar, _ number: Int) {
            switch name {
            case "A": row = max(0, row - number)
            case "K": lines[row] = Array(lines[row].prefix(column))
            case "J":
                lines[row] = Array(lines[row].prefix(column))
                lines.removeSubrange((row + 1)...)
            default: Issue.record("a command that no live line needs: \(name)")
            }
        }

        private mutating func put(_ character: Character) {
            #expect(column < columns - 1, "the last column must stay free")
            while lines[row].count <= column { lines[row].append(" ") }
            lines[row][column] = character
            column += 1
        }
    }

    private let wide = LiveLines.Screen(columns: 40, rows: 10)

    @Test func linesChangeInPlaceAndSettleAboveTheLiveOnes() {
        var (lines, screen) = (LiveLines(), VirtualScreen(columns: 40))
        screen.take(lines.frame(settled: [], live: ["a 1", "b 1"], on: wide))
        #expect(screen.text == ["a 1", "b 1", ""])
        screen.take(lines.frame(settled: [], live: ["a 22", "b"], on: wide))
        #expect(screen.text == ["a 22", "b", ""])
        screen.take(lines.frame(settled: ["b done"], live: ["a 333"], on: wide))
        #expect(screen.text == ["b done", "a 333", ""])
        screen.take(lines.frame(settled: ["a done"], live: [], on: wide))
        #expect(screen.text == ["b done", "a done", ""])
        screen.take(Array("next\n".utf8))
        #expect(screen.text == ["b done", "a done", "next", ""])
    }

    @Test func nothingToShowWritesNothing() {
        var lines = LiveLines()
        #expect(lines.frame(settled: [], live: [], on: wide).isEmpty)
        _ = lines.frame(settled: [], live: ["a"], on: wide)
        #expect(!lines.frame(settled: [], live: [], on: wide).isEmpty, "the line has to go")
        #expect(lines.frame(settled: [], live: [], on: wide).isEmpty)
    }

    @Test func longLinesAreCut() {
        var (lines, screen) = (LiveLines(), VirtualScreen(columns: 10))
        let narrow = LiveLines.Screen(columns: 10, rows: 10)
        screen.take(lines.frame(settled: ["0123456789abc"], live: ["012345678"], on: narrow))
        #expect(screen.text == ["01234567…", "012345678", ""])
    }

    @Test func moreLinesThanTheScreenHasAreCounted() {
        var (lines, screen) = (LiveLines(), VirtualScreen(columns: 40))
        let low = LiveLines.Screen(columns: 40, rows: 4)
        let many = (1...9).map { "line \($0)" }
        screen.take(lines.frame(settled: [], live: many, on: low))
        #expect(screen.text == ["line 1", "line 2", "… and 7 more", ""])
        screen.take(lines.frame(settled: [], live: ["line 9"], on: low))
        #expect(screen.text == ["line 9", ""])
    }

    @Test func whatAPeerSaysCannotMoveTheCursor() {
        var (lines, screen) = (LiveLines(), VirtualScreen(columns: 40))
        screen.take(lines.frame(settled: ["a\u{1B}[2Jb\rc\nd"], live: [], on: wide))
        #expect(screen.text == ["a[2Jbcd", ""])
    }
}
