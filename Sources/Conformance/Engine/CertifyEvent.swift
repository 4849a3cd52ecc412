// SPDX-License-Identifier: Apache-2.0

/// What happens while a run goes on.
package enum CertifyEvent: Sendable {
    /// What will be done, and how much that is.
    case started(Extent)
    /// What runs have left in the registry that did not come to their end, this one among them, and what became of
    /// it.
    case leftovers([String])
    case scenarioStarted(id: String, title: String)
    case caseEnded(scenario: String, CaseResult)
    case scenarioEnded(ScenarioResult)

    /// How much a run is.
    package struct Extent: Sendable {
        package let scenarios: Int
        package let cases: Int
        /// What the cases send at most when the registry plays along.
        package let bytes: Int
        /// How long they take if the registry answers as quickly as it did at first; nil when nobody has asked it.
        package let expected: Duration?

        package init(scenarios: Int, cases: Int, bytes: Int, expected: Duration? = nil) {
            (self.scenarios, self.cases, self.bytes, self.expected) = (scenarios, cases, bytes, expected)
        }

        init(_ plan: RunPlan, answersIn time: Duration?) {
            self.init(
                scenarios: plan.scenarios.count + plan.clients.count, cases: plan.caseCount,
                bytes: plan.estimate.bytes,
                expected: time.map { $0 * plan.estimate.requests })
        }

        /// `2 scenarios, 5 cases, at most 1.4 MB, about 3 minutes`; less than a minute is not worth a word.
        fileprivate var line: String {
            let parts = [
                counted(scenarios, "scenario"), counted(cases, "case"), "at most \(CertifyEvent.size(bytes))",
            ]
            let minutes = ((expected?.components.seconds ?? 0) + 30) / 60
            return (parts + (minutes > 0 ? ["about \(counted(Int(minutes), "minute"))"] : []))
                .joined(separator: ", ")
        }
    }

    /// For a log: `first-push (oci-chunked): passed`; nil for what only a live line shows.
    package var line: String? {
        switch self {
        case .started(let extent): extent.line
        case .leftovers(let lines): lines.isEmpty ? nil : lines.joined(separator: "\n")
        case .caseEnded(let scenario, let result):
            "\(scenario)\(result.name.isEmpty ? "" : " (\(result.name))"): \(result.verdict.rawValue)"
        case .scenarioStarted, .scenarioEnded: nil
        }
    }

    /// `720 kB`, `1.4 MB`.
    static func size(_ bytes: Int) -> String {
        guard bytes >= 1_000_000 else { return "\((bytes + 999) / 1000) kB" }
        let tenths = bytes / 100_000
        return "\(tenths / 10).\(tenths % 10) MB"
    }
}
