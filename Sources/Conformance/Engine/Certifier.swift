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
    /// - Throws: When nothing at all could be found out. Repositories of cases that ran before a cancellation
    ///   are left behind.
    package func run(
        _ request: CertifyRequest, progress: @Sendable (CertifyEvent) -> Void = { _ in }
    ) async throws(CertifyError) -> CertifyResult {
        try await checkIsRegistry(request.registry)
        let chosen = request.suites.flatMap { suite in
            suite.scenarios.filter { request.selection.selects($0, of: suite) }
        }
        progress(.started(scenarios: chosen.count, cases: chosen.reduce(0) { $0 + $1.matrix.cases.count }))
        var suites: [SuiteResult] = []
        var statements: [CertifyResult.Statement] = []
        for suite in request.suites {
            var results: [ScenarioResult] = []
            for scenario in suite.scenarios where request.selection.selects(scenario, of: suite) {
                progress(.scenarioStarted(id: scenario.id, title: scenario.title))
                let run = ScenarioRun(scenario: scenario, request: request, transport: transport, now: now)
                let (result, agreement) = try await run.result(progress: progress)
                results.append(result)
                statements += agreement.statements
                progress(.scenarioEnded(result))
            }
            let left = suite.scenarios.filter { !request.selection.selects($0, of: suite) }
            results += left.map(Certifier.unselected)
            suites.append(SuiteResult(name: suite.name, title: suite.title, scenarios: results))
        }
        return CertifyResult(request, suites: suites, statements: statements)
    }

    /// What has not been looked at counts against no registry, and for none.
    private static func unselected(_ scenario: Scenario) -> ScenarioResult {
        let finding = Finding("it was not selected")
        return ScenarioResult(
            scenario, cases: [CaseResult(id: "", name: "", verdict: .skipped, finding: finding)])
    }

    /// Source: distribution-spec 1.1, "Determining Support".
    private func checkIsRegistry(_ url: HTTPURL) async throws(CertifyError) {
        let wire = Wire(transport: transport, registry: url)
        let exchange: Exchange
        do {
            exchange = try await wire.send(wire.request(.get, .base))
        } catch {
            throw error.kind == .cancelled ? .cancelled : .unreachable(error)
        }
        guard exchange.response.isSuccess || AnswerJudge.isNobodysFault(exchange.status) else {
            throw .notARegistry(url: exchange.request.url.redacted, answer: HTTPStatus.line(exchange.status))
        }
    }
}
