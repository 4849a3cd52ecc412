// SPDX-License-Identifier: Apache-2.0

extension TracedText {
    /// The lines without those that are comments as a whole.
    ///
    /// Lines of block scalars stay, whatever they start with: a `#` there belongs to a script.
    func withoutComments() -> TracedText {
        var block: BlockScalar?
        var kept: [Line] = []
        for line in lines {
            if block?.contains(line.text) == true {
                kept.append(line)
                continue
            }
            block = nil
            if line.text.drop(while: \.isWhitespace).first == "#" { continue }
            kept.append(line)
            block = BlockScalar(header: line.text)
        }
        return TracedText(lines: kept)
    }
}

/// Where a block scalar (`|` or `>`) ends, told from indentation alone.
///
/// Source: YAML 1.2.2, section 8.1.
private struct BlockScalar {
    /// Lines of the scalar are indented more than this.
    private let parentIndent: Int
    private var indent: Int?

    /// - Returns: nil when `header` does not end in a block scalar's indicator.
    init?(header: String) {
        var words = header.split(whereSeparator: \.isWhitespace)
        if let comment = words.firstIndex(where: { $0.hasPrefix("#") }) { words.removeSubrange(comment...) }
        guard let indicator = words.popLast(), indicator.first == "|" || indicator.first == ">",
            indicator.dropFirst().allSatisfy({ "+-123456789".contains($0) }), indicator.count <= 3
        else { return nil }
        while let word = words.last, word.hasPrefix("!") || word.hasPrefix("&") { words.removeLast() }
        guard let opener = words.last, opener.hasSuffix(":") || opener == "-" else { return nil }
        parentIndent = Self.keyColumn(of: header)
    }

    /// Whether `line`, the next one, belongs to the scalar.
    mutating func contains(_ line: String) -> Bool {
        guard !line.allSatisfy(\.isWhitespace) else { return true }
        let spaces = line.prefix { $0 == " " }.count
        if let indent { return spaces >= indent }
        guard spaces > parentIndent else { return false }
        indent = spaces
        return true
    }

    /// The column, from 0, of the innermost key or dash that the scalar is the value of.
    private static func keyColumn(of header: String) -> Int {
        var rest = header[...]
        var column = 0
        while true {
            let spaces = rest.prefix { $0 == " " }.count
            rest = rest.dropFirst(spaces)
            guard rest.hasPrefix("- ") else { return column + spaces }
            let afterDash = rest.dropFirst().drop { $0 == " " }
            if let first = afterDash.first, "|>!&".contains(first) { return column + spaces }
            column += spaces + 1
            rest = rest.dropFirst()
        }
    }
}
