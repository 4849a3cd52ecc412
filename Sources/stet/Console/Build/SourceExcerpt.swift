// SPDX-License-Identifier: Apache-2.0

/// Lines of a file around the ones that something is about, as BuildKit shows them.
struct SourceExcerpt {
    struct Line {
        /// From 1.
        let number: Int
        let text: String
        let isMarked: Bool
    }

    let name: String
    let lines: [Line]

    init(name: String, lines: [Line]) {
        self.name = name
        self.lines = lines
    }

    /// The marked lines with two before and after.
    init(name: String, of text: [String], marking range: ClosedRange<Int>) {
        self.name = name
        let first = max(1, range.lowerBound - 2)
        let last = max(first - 1, min(text.count, range.upperBound + 2))
        lines = (first..<(last + 1)).map { number in
            Line(number: number, text: text[number - 1], isMarked: range.contains(number))
        }
    }

    /// `NAME:LINE`, then the lines between two rules, each with its number, and `>>>` where it is about.
    var text: String {
        let rule = "--------------------"
        let first = lines.first(where: \.isMarked)?.number ?? 1
        let body = lines.map { line in
            let number = "\(line.number)"
            let pad = String(repeating: " ", count: max(0, 4 - number.count))
            return "\(pad)\(number) | \(line.isMarked ? ">>> " : "    ")\(line.text)"
        }
        return (["\(name):\(first)", rule] + body + [rule]).joined(separator: "\n")
    }
}
