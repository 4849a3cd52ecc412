// SPDX-License-Identifier: Apache-2.0

/// What happens while a run goes on.
package enum CertifyEvent: Sendable {
    /// `bytes` is what the cases send at most when the registry plays along.
    case started(scenarios: Int, cases: Int, bytes: Int)
    case scenarioStarted(id: String, title: String)
    case caseEnded(scenario: String, CaseResult)
    case scenarioEnded(ScenarioResult)

    /// For a log: `first-push (oci-chunked): passed`; nil for what only a live line shows.
    package var line: String? {
        switch self {
        case .started(let scenarios, let cases, let bytes):
            "\(counted(scenarios, "scenario")), \(counted(cases, "case")), at most \(CertifyEvent.size(bytes))"
        case .caseEnded(let scenario, let result):
            "\(scenario)\(result.name.isEmpty ? "" : " (\(result.name))"): \(result.verdict.rawValue)"
        case .scenarioStarted, .scenarioEnded: nil
        }
    }

    /// `720 kB`, `1.4 MB`.
    private static func size(_ bytes: Int) -> String {
        guard bytes >= 1_000_000 else { return "\((bytes + 999) / 1000) kB" }
        let tenths = bytes / 100_000
        return "\(tenths / 10).\(tenths % 10) MB"
    }
}
