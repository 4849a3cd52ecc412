// SPDX-License-Identifier: Apache-2.0

import SourceText
import Yams

/// A text whose repeated keys are made different, so that Yams composes it.
///
/// Yams refuses a mapping with a repeated key and says where the first of the two stands, and nothing else. A
/// character that no key has is put in front of that one, and the text is composed again.
struct KeyMarking {
    /// More repetitions than any person writes by mistake; each costs another reading of the text.
    private static let limit = 50
    /// A plane for private use: no text has these in front of its keys.
    private static let firstMarker: UInt32 = 0xF0000

    private struct Insertion {
        let line: Int
        let column: Int
    }

    private var scalars: [UnicodeScalar]
    private var insertions: [Insertion] = []

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    var text: String { String(String.UnicodeScalarView(scalars)) }

    /// Marks the key that stands at a place of the text as it is now, both counted from 1.
    ///
    /// - Returns: False when it is no key that can be marked, or one too many.
    mutating func markKey(line: Int, column: Int) -> Bool {
        guard insertions.count < Self.limit, let start = index(line: line, column: column),
            let position = scalarStart(from: start),
            let marker = UnicodeScalar(Self.firstMarker + UInt32(insertions.count))
        else { return false }
        scalars.insert(marker, at: position)
        insertions.append(Insertion(line: line, column: column + position - start))
        return true
    }

    /// The name without its mark; nil when it has none.
    static func unmarked(_ name: String) -> String? {
        guard let first = name.unicodeScalars.first,
            (firstMarker..<(firstMarker + UInt32(limit))).contains(first.value)
        else { return nil }
        return String(name.unicodeScalars.dropFirst())
    }

    /// Where something stood before keys were marked.
    func original(line: Int, column: Int) -> (line: Int, column: Int) {
        var column = column
        for insertion in insertions.reversed() where insertion.line == line && column > insertion.column {
            column -= 1
        }
        return (line, column)
    }

    /// Behind the anchor, the tag and the opening quote of a scalar; nil where no such scalar begins.
    private func scalarStart(from start: Int) -> Int? {
        var position = start
        while position < scalars.count, "&!".unicodeScalars.contains(scalars[position]) {
            while position < scalars.count, !" \t\n\r".unicodeScalars.contains(scalars[position]) {
                position += 1
            }
            while position < scalars.count, " \t".unicodeScalars.contains(scalars[position]) { position += 1 }
        }
        guard position < scalars.count, !"*[{|>\n\r".unicodeScalars.contains(scalars[position]) else {
            return nil
        }
        return "\"'".unicodeScalars.contains(scalars[position]) ? position + 1 : position
    }

    private func index(line: Int, column: Int) -> Int? {
        var current = 1
        var position = 0
        while current < line, position < scalars.count {
            let isPair =
                scalars[position] == "\r" && scalars.indices.contains(position + 1)
                && scalars[position + 1] == "\n"
            if Self.lineBreaks.contains(scalars[position]), !isPair { current += 1 }
            position += 1
        }
        position += column - 1
        return current == line && scalars.indices.contains(position) ? position : nil
    }

    /// Source: YAML 1.1, section 5.4, which libyaml follows.
    private static let lineBreaks: Set<UnicodeScalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
}
