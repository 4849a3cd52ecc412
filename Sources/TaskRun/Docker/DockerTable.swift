// SPDX-License-Identifier: Apache-2.0

import TaskFile

/// Rows of `docker ps` and `docker images`: columns for people, or what a format makes of each row.
struct DockerTable {
    struct Column {
        /// What formats call it: `ID`.
        let name: String
        let heading: String
        /// Whether it stands in the usual table.
        var isUsual = true
    }

    let columns: [Column]
    /// The column that `-q` prints.
    let key: String
    /// One value for each column.
    private var rows: [[String]] = []

    init(columns: [Column], key: String) {
        self.columns = columns
        self.key = key
    }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// The lines, as the listing wants them.
    func lines(_ listing: DockerListing) throws -> [String] {
        if let format = listing.format, !format.isPlainTable {
            let lines = try rows.map { try format.render(value($0)) }
            guard format.isTable else { return lines }
            return Self.aligned(([try format.render(headings)] + lines).map(Self.cells))
        }
        if listing.isQuiet { return rows.map { row in row[columns.firstIndex { $0.name == key } ?? 0] } }
        let usual = columns.indices.filter { columns[$0].isUsual }
        return Self.aligned(([columns.map(\.heading)] + rows).map { row in usual.map { row[$0] } })
    }

    private func value(_ row: [String]) -> TemplateValue {
        .map(Dictionary(uniqueKeysWithValues: zip(columns.map(\.name), row.map { .text($0) })))
    }

    private var headings: TemplateValue { value(columns.map(\.heading)) }

    private static func cells(_ line: String) -> [String] {
        line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }

    /// Cells under each other, three blanks apart as docker has them.
    private static func aligned(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { index, cell in
                index == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[index] - cell.count + 3)
            }.joined()
        }
    }
}
