// SPDX-License-Identifier: Apache-2.0

/// The suite for a reader: the generated part of `conformance/README.md`.
package enum Catalogue {
    /// Markdown: a table of scenarios for each level, in the order of the levels.
    package static func render(_ suites: [ScenarioSuite]) -> String {
        let scenarios = suites.flatMap(\.scenarios)
        return Level.allCases.map { level in
            let own = scenarios.filter { $0.level == level }
            guard !own.isEmpty else { return "### \(level.rawValue)\n\nNo scenario yet.\n" }
            return "### \(level.rawValue)\n\n" + head + own.map(row).joined()
        }.joined(separator: "\n")
    }

    /// Markdown: which scenarios make each check, and why none makes the others.
    package static func render(_ checks: [Check], of suites: [ScenarioSuite]) -> String {
        let scenarios = suites.flatMap(\.scenarios)
        let rows = checks.map { check in
            let names = scenarios.filter { $0.covers.contains(check.id) }.map { "`\($0.id)`" }
            let made = names.isEmpty ? "none: \(check.reason ?? "")" : names.joined(separator: ", ")
            return "| \(check.id) | \(check.name) | \(cell(made)) |\n"
        }
        return "| Check | Name | Scenarios |\n|---|---|---|\n" + rows.joined()
    }

    private static let head = """
        | Scenario | Promise | Cases | Severity | Needs | Covers | Source |
        |---|---|---|---|---|---|---|

        """

    private static func row(_ scenario: Scenario) -> String {
        let parameters = scenario.parameters.sorted { $0.key < $1.key }.map { name, own in
            let thorough = scenario.thorough[name].map { " (thorough: \($0))" } ?? ""
            return "\(own) \(name)\(thorough)"
        }
        let needs = [scenario.given.rawValue] + scenario.needs.map(\.word)
        let cells = [
            "`\(scenario.id)`", scenario.title,
            ([String(scenario.matrix.cases.count)] + parameters).joined(separator: ", "),
            scenario.severity.rawValue, needs.joined(separator: ", "),
            scenario.covers.joined(separator: ", "), scenario.source,
        ]
        return "| " + cells.map(cell).joined(separator: " | ") + " |\n"
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
