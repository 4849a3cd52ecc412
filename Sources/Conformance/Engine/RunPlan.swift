// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What a run will do: which scenarios, in which order, and how much they send.
struct RunPlan: Sendable {
    /// Those that look back at all others come last.
    let scenarios: [Scenario]
    /// Where the first case lives; nil when all scenarios need what the request does not give.
    let firstRepository: RepositoryName?
    let caseCount: Int
    /// What the cases send at most when the registry plays along, in bytes.
    let estimatedBytes: Int

    init(_ request: CertifyRequest) throws(CertifyError) {
        let chosen = request.suites.flatMap { suite in
            suite.scenarios.filter { request.selection.selects($0, of: suite) }
        }
        scenarios = chosen.filter { !$0.isLast } + chosen.filter(\.isLast)
        caseCount = scenarios.reduce(0) { $0 + request.cases(of: $1).count }
        estimatedBytes = scenarios.reduce(0) { sum, scenario in
            let numbers = request.numbers(of: scenario)
            let steps = scenario.steps.reduce(0) { $0 + $1.action.pushes(numbers) }
            return sum + steps * request.cases(of: scenario).count * RunPlan.imageBytes
        }
        firstRepository = try RunPlan.first(of: scenarios, request)
    }

    /// An image with its configuration and layer, rounded up.
    private static let imageBytes = 4_000

    private static func first(
        of scenarios: [Scenario], _ request: CertifyRequest
    ) throws(CertifyError) -> RepositoryName? {
        for scenario in scenarios {
            guard let binding = request.cases(of: scenario).first else { continue }
            do {
                if let repository = try request.repository(scenario, binding) { return repository }
            } catch {
                throw .unusableName(error)
            }
        }
        return nil
    }
}
