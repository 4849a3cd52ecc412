// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Runs the cases of one scenario.
struct ScenarioRun: Sendable {
    let scenario: Scenario
    let request: CertifyRequest
    let transport: any HTTPTransport
    let now: @Sendable () -> Duration

    func result(
        progress: @Sendable (CertifyEvent) -> Void
    ) async throws(CertifyError) -> (ScenarioResult, Agreement) {
        var cases: [CaseResult] = []
        var observations: [Observation] = []
        for binding in scenario.matrix.cases {
            if Task.isCancelled { throw .cancelled }
            let (result, seen) = try await runCase(binding)
            cases.append(result)
            observations += seen
            progress(.caseEnded(scenario: scenario.id, result))
        }
        let agreement = Agreement(observations: observations)
        if let together = together(agreement) {
            cases.append(together)
            progress(.caseEnded(scenario: scenario.id, together))
        }
        return (ScenarioResult(scenario, cases: cases), agreement)
    }

    private func runCase(
        _ binding: Matrix.Binding
    ) async throws(CertifyError) -> (CaseResult, [Observation]) {
        var result = CaseResult(id: binding.id, name: binding.name, verdict: .skipped)
        guard let repository = try repository(binding) else {
            result.finding = Finding("it needs a repository that is \(scenario.given), and none was given")
            return (result, [])
        }
        let wire = Wire(transport: transport, registry: request.registry)
        var run = CaseRun(
            wire: wire, repository: repository, judge: AnswerJudge(profile: request.profile),
            binding: binding,
            parameters: scenario.parameters.merging(request.parameters) { _, given in given })
        let start = now()
        let end = await end(of: &run)
        let elapsed = (now() - start).components
        result.repository = repository.rawValue
        result.notes = run.notes
        result.milliseconds = Int(elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000)
        result.transcript = wire.transcript.records
        switch end {
        case .passed: result.verdict = .passed
        case .violated(let finding): (result.verdict, result.finding) = (.violated, finding)
        case .unprepared(let finding): (result.verdict, result.finding) = (.skipped, finding)
        case .inconclusive(let finding): (result.verdict, result.finding) = (.inconclusive, finding)
        }
        return (result, run.observations)
    }

    private func repository(_ binding: Matrix.Binding) throws(CertifyError) -> RepositoryName? {
        do {
            return try request.repository(scenario, binding)
        } catch {
            throw .unusableName(error)
        }
    }

    private func end(of run: inout CaseRun) async -> StepEnd {
        do {
            return try await run.perform(scenario.steps)
        } catch {
            return .inconclusive("no answer came: \(error)", nil)
        }
    }

    /// The verdict on what the cases say together; nil when no step asks for one.
    private func together(_ agreement: Agreement) -> CaseResult? {
        guard agreement.isNeeded else { return nil }
        let finding = agreement.findings.first
        return CaseResult(
            id: CaseResult.togetherID, name: "all answers together",
            verdict: finding == nil ? .passed : .violated,
            finding: finding)
    }
}
