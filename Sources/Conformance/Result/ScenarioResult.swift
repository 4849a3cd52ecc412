// SPDX-License-Identifier: Apache-2.0

/// What became of a scenario.
package struct ScenarioResult: Codable, Sendable {
    package let id: String
    package let title: String
    package let why: String
    package let level: Level
    package let severity: Severity
    package let source: String
    package let covers: [String]
    package let verdict: Verdict
    package internal(set) var cases: [CaseResult]

    init(_ scenario: Scenario, cases: [CaseResult]) {
        id = scenario.id
        title = scenario.title
        why = scenario.why
        level = scenario.level
        severity = scenario.severity
        source = scenario.source
        covers = scenario.covers
        verdict = cases.map(\.verdict).max() ?? .skipped
        self.cases = cases
    }
}
