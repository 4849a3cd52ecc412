// SPDX-License-Identifier: Apache-2.0

/// The verdicts of a scenario with two variables as a picture: the first down, the second across.
struct FlowMatrix {
    private let rows: [String]
    private let columns: [String]
    private let verdicts: [String: Verdict]

    /// The picture with its legend, for the page's template.
    struct Shown {
        let picture: String
        let legend: String
    }

    private static let cell = 22
    private static let labelWidth = 170
    private static let labelHeight = 90

    /// nil when the scenario has no two variables with several values each.
    init?(_ scenario: ScenarioResult) {
        var rows: [String] = []
        var columns: [String] = []
        var verdicts: [String: Verdict] = [:]
        for single in scenario.cases where single.id != CaseResult.togetherID {
            let parts = single.id.split(separator: ".").map(String.init)
            guard parts.count == 2 else { return nil }
            if !rows.contains(parts[0]) { rows.append(parts[0]) }
            if !columns.contains(parts[1]) { columns.append(parts[1]) }
            verdicts[single.id] = single.verdict
        }
        guard rows.count > 1, columns.count > 1 else { return nil }
        // In one order, so that a flow against itself is on the diagonal.
        let ordered = rows.filter(columns.contains) + columns.filter { !rows.contains($0) }
        (self.rows, self.columns, self.verdicts) = (rows, ordered, verdicts)
    }

    var shown: Shown {
        let kinds = Verdict.allCases.filter { verdicts.values.contains($0) }
        return Shown(
            picture: svg, legend: kinds.map { "\($0.mark) \($0.rawValue)" }.joined(separator: ", "))
    }

    /// `6 passed, 3 violated: a → b, …`, for whoever hears the picture.
    private var words: String {
        let counts = Verdict.allCases.compactMap { verdict in
            let count = verdicts.values.count { $0 == verdict }
            return count == 0 ? nil : "\(count) \(verdict.rawValue)"
        }
        return "\(verdicts.count) combinations: \(counts.joined(separator: ", "))"
    }

    /// A picture whose colours are the page's classes for verdicts.
    private var svg: String {
        let width = Self.labelWidth + columns.count * Self.cell + 60
        let height = Self.labelHeight + rows.count * Self.cell + 4
        var parts = [
            #"<svg class="matrix" viewBox="0 0 \#(width) \#(height)" width="\#(width)" height="\#(height)" role="img" aria-label="\#(words)">"#
        ]
        for (index, column) in columns.enumerated() {
            let x = Self.labelWidth + index * Self.cell + Self.cell / 2
            parts.append(
                #"<text transform="translate(\#(x + 4) \#(Self.labelHeight - 8)) rotate(-45)">\#(XMLText.escaped(column))</text>"#
            )
        }
        for (index, row) in rows.enumerated() {
            let y = Self.labelHeight + index * Self.cell
            parts.append(
                #"<text x="\#(Self.labelWidth - 8)" y="\#(y + 15)" text-anchor="end">\#(XMLText.escaped(row))</text>"#
            )
            parts += columns.enumerated().map { cell(row, $1, Self.labelWidth + $0 * Self.cell, y) }
        }
        return parts.joined() + "</svg>"
    }

    private func cell(_ row: String, _ column: String, _ x: Int, _ y: Int) -> String {
        guard let verdict = verdicts["\(row).\(column)"] else { return "" }
        let side = Self.cell - 3
        let title = XMLText.escaped("\(row) → \(column): \(verdict.rawValue)")
        return #"<g class="v-\#(verdict.rawValue)"><title>\#(title)</title>"#
            + #"<rect x="\#(x)" y="\#(y)" width="\#(side)" height="\#(side)" rx="3"/>"#
            + #"<text x="\#(x + side / 2)" y="\#(y + 14)" text-anchor="middle">\#(verdict.mark)</text></g>"#
    }
}
