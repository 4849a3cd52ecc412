// SPDX-License-Identifier: Apache-2.0

/// Rows of texts in columns as wide as their widest text.
struct TextTable {
    private var rows: [[String]]

    /// - Parameter header: One text for each column.
    init(_ header: [String]) {
        rows = [header]
    }

    /// - Parameter row: As many texts as the header has.
    mutating func add(_ row: [String]) { rows.append(row) }

    /// The lines, without blanks at their ends and without a last line break.
    var text: String {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            zip(row, widths).map { $0.padding(to: $1) }.joined(separator: "  ").trimmingEnd
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
