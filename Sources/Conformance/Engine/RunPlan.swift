// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What a run will do: which scenarios, in which order, and how much they send.
struct RunPlan: Sendable {
    /// Those that look back at all others come last.
    let scenarios: [Scenario]
    /// Where the first case lives; nil when all scenarios need what the request does not give.
    let firstRepository: RepositoryName?
    /// Real clients that are tried after them.
    let clients: [RealClient]
    let caseCount: Int
    /// What the cases that can run send.
    let estimate: TrafficEstimate

    /// - Throws: `.unusableName`, `.nothingSelected`, `.tooMuch`.
    init(_ context: RunContext) throws(CertifyError) {
        let request = context.request
        let chosen = request.suites.flatMap { suite in
            suite.scenarios.filter { request.selection.selects($0, of: suite) }
        }
        clients = request.selectedClients
        guard !chosen.isEmpty || !clients.isEmpty else {
            throw .nothingSelected(
                lacksClients: request.selection.isAboutClientsOnly && request.clients.isEmpty)
        }
        scenarios = chosen.filter { !$0.isLast } + chosen.filter(\.isLast)
        caseCount = scenarios.reduce(clients.count) { $0 + request.cases(of: $1).count }
        firstRepository = try RunPlan.first(of: scenarios, clients, request)
        estimate = try RunPlan.estimate(scenarios, context) + ClientCheck.estimate * clients.count
        guard estimate.bytes <= request.byteLimit else {
            throw .tooMuch(bytes: estimate.bytes, limit: request.byteLimit)
        }
    }

    /// Names under the case's own, and those of writers, are longer by so much.
    private static let nameSlack = 40

    private static func estimate(
        _ scenarios: [Scenario], _ context: RunContext
    ) throws(CertifyError) -> TrafficEstimate {
        var runs: [CaseRun] = []
        for scenario in scenarios where context.lack(of: scenario) == nil {
            for binding in context.request.cases(of: scenario) {
                guard let repository = try name(scenario, binding, context.request) else { continue }
                runs.append(CaseRun(context, scenario, binding, repository))
            }
        }
        let longest = runs.map(\.repository.rawValue.utf8.count).max() ?? 0
        let sizes = ImageSizes(nameLength: longest + nameSlack)
        return runs.flatMap { run in run.scenario.steps.map { $0.action.estimate(in: run, sizes) } }.sum()
    }

    private static func name(
        _ scenario: Scenario, _ binding: Matrix.Binding, _ request: CertifyRequest
    ) throws(CertifyError) -> RepositoryName? {
        do {
            return try request.repository(scenario, binding)
        } catch {
            throw .unusableName(error)
        }
    }

    private static func first(
        of scenarios: [Scenario], _ clients: [RealClient], _ request: CertifyRequest
    ) throws(CertifyError) -> RepositoryName? {
        for scenario in scenarios {
            guard let binding = request.cases(of: scenario).first else { continue }
            if let repository = try name(scenario, binding, request) { return repository }
        }
        guard let client = clients.first else { return nil }
        return try name(
            ClientCheck.scenario(client, severity: .must), Matrix.Binding(flows: []), request)
    }
}
