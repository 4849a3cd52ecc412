// SPDX-License-Identifier: Apache-2.0

/// What happens while a run goes on.
package enum CertifyEvent: Sendable {
    case started(scenarios: Int, cases: Int)
    case scenarioStarted(id: String, title: String)
    case caseEnded(scenario: String, CaseResult)
    case scenarioEnded(ScenarioResult)

    /// For a log: `first-push (oci-chunked): passed`; nil for what only a live line shows.
    package var line: String? {
        switch self {
        case .started(let scenarios, let cases):
            "\(counted(scenarios, "scenario")), \(counted(cases, "case"))"
        case .caseEnded(let scenario, let result):
            "\(scenario)\(result.name.isEmpty ? "" : " (\(result.name))"): \(result.verdict.rawValue)"
        case .scenarioStarted, .scenarioEnded: nil
        }
    }
}
