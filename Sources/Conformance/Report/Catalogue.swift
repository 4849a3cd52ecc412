// SPDX-License-Identifier: Apache-2.0

/// The scenarios of the suite for a reader: the generated part of `conformance/README.md`.
package enum Catalogue {
    /// Markdown: a table for each level, in the order of the levels.
    package static func render(_ suites: [ScenarioSuite]) -> String {
        let scenarios = suites.flatMap(\.scenarios)
        return Level.allCases.map { level in
            let own = scenarios.filter { $0.level == level }
            guard !own.isEmpty else { return "### \(level.rawValue)\n\nNo scenario yet.\n" }
            return "### \(level.rawValue)\n\n" + head + own.map(row).joined()
        }.joined(separator: "\n")
    }

    private static let head = """
        | Scenario | Promise | Cases | Severity | Needs | Covers | Source |
        |---|---|---|---|---|---|---|

        """

    private static func row(_ scenario: Scenario) -> String {
        let parameters = scenario.parameters.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let cells = [
            "`\(scenario.id)`", scenario.title,
            ([String(scenario.matrix.cases.count)] + parameters).joined(separator: ", "),
            scenario.severity.rawValue, scenario.given.rawValue, scenario.covers.joined(separator: ", "),
            scenario.source,
        ]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
}
