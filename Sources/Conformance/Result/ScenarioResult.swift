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
    /// The numbers with which it ran that are lower than its own: `writers=2, not 32`; then it counts for no level.
    package let weakened: [String]
    /// False when what the promise is about is not part of this run, so that no level needs it.
    ///
    /// nil means true.
    package let isApplicable: Bool?
    package internal(set) var cases: [CaseResult]

    init(_ scenario: Scenario, cases: [CaseResult], weakened: [String] = [], isApplicable: Bool = true) {
        let applicable = cases.filter { $0.isApplicable != false }
        let lacksSubject = applicable.isEmpty && !cases.isEmpty
        self.isApplicable = isApplicable && !lacksSubject ? nil : false
        self.weakened = weakened
        id = scenario.id
        title = scenario.title
        why = scenario.why
        level = scenario.level
        severity = scenario.severity
        source = scenario.source
        covers = scenario.covers
        verdict = applicable.map(\.verdict).max() ?? .skipped
        self.cases = cases
    }

    /// True when its level cannot be reached without it.
    var isNeeded: Bool { severity == .must && isApplicable != false }

    /// True when it earns its level.
    var counts: Bool { verdict == .passed && weakened.isEmpty }

    /// `3 not applicable`; nil when all cases are, or none is.
    var lackClause: String? {
        let count = cases.count { $0.isApplicable == false }
        return count == 0 || count == cases.count ? nil : "\(count) not applicable"
    }

    /// `does not count for the level: writers=2, not 32`; nil when it does.
    var caveat: String? {
        weakened.isEmpty ? nil : "does not count for the level: \(weakened.joined(separator: ", "))"
    }
}
