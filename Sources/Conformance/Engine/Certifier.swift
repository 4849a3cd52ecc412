// SPDX-License-Identifier: Apache-2.0

import OCISpec
package import RegistryTransport

/// Puts a registry to the test.
package struct Certifier: Sendable {
    private let transport: any HTTPTransport
    private let now: @Sendable () -> Duration

    /// - Parameters:
    ///   - transport: May authenticate. It must not retry, follow redirects, or cache.
    ///   - now: The time since any fixed moment.
    package init(transport: any HTTPTransport, now: (@Sendable () -> Duration)? = nil) {
        self.transport = transport
        let start = ContinuousClock.now
        self.now = now ?? { start.duration(to: .now) }
    }

    /// Runs the scenarios that the request selects, one case after another.
    ///
    /// What the registry does wrong is in the result.
    ///
    /// - Returns: What was found out, also after a cancellation: the case that it met is inconclusive, those after
    ///   it are skipped, and the result says so (``CertifyResult/stopped``).
    /// - Throws: When nothing at all could be found out; then there are no repositories.
    package func run(
        _ request: CertifyRequest, progress: @Sendable (CertifyEvent) -> Void = { _ in }
    ) async throws(CertifyError) -> CertifyResult {
        let faults = request.parameterFaults
        guard faults.isEmpty else { throw .unusableParameters(faults) }
        let chosen = request.suites.flatMap { suite in
            suite.scenarios.filter { request.selection.selects($0, of: suite) }
        }
        try await RegistryProbe(wire: Wire(transport: transport, registry: request.registry))
            .check(try firstRepository(of: chosen, request))
        progress(.started(scenarios: chosen.count, cases: chosen.reduce(0) { $0 + $1.matrix.cases.count }))
        var suites: [SuiteResult] = []
        var statements: [CertifyResult.Statement] = []
        var policy = StopPolicy()
        for suite in request.suites {
            var results: [ScenarioResult] = []
            for scenario in suite.scenarios where request.selection.selects(scenario, of: suite) {
                progress(.scenarioStarted(id: scenario.id, title: scenario.title))
                let run = ScenarioRun(scenario: scenario, request: request, transport: transport, now: now)
                let (result, agreement) = try await run.result(&policy, progress: progress)
                results.append(result)
                statements += agreement.statements
                progress(.scenarioEnded(result))
            }
            let left = suite.scenarios.filter { !request.selection.selects($0, of: suite) }
            results += left.map(Certifier.unselected)
            suites.append(SuiteResult(name: suite.name, title: suite.title, scenarios: results))
        }
        return CertifyResult(request, suites: suites, statements: statements, stopped: policy.stop)
    }

    /// Where the first case lives; nil when all scenarios need what the request does not give.
    private func firstRepository(
        of scenarios: [Scenario], _ request: CertifyRequest
    ) throws(CertifyError) -> RepositoryName? {
        for scenario in scenarios {
            guard let binding = scenario.matrix.cases.first else { continue }
            do {
                if let repository = try request.repository(scenario, binding) { return repository }
            } catch {
                throw .unusableName(error)
            }
        }
        return nil
    }

    /// What has not been looked at counts against no registry, and for none.
    private static func unselected(_ scenario: Scenario) -> ScenarioResult {
        let finding = Finding("it was not selected")
        return ScenarioResult(
            scenario, cases: [CaseResult(id: "", name: "", verdict: .skipped, finding: finding)])
    }
}
