// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Runs the cases of one scenario.
struct ScenarioRun: Sendable {
    let scenario: Scenario
    let request: CertifyRequest
    let transport: any HTTPTransport
    let now: @Sendable () -> Duration

    /// Runs the cases until the policy says stop; the rest is skipped.
    func result(
        _ policy: inout StopPolicy, progress: @Sendable (CertifyEvent) -> Void
    ) async throws(CertifyError) -> (ScenarioResult, Agreement) {
        var cases: [CaseResult] = []
        var observations: [Observation] = []
        for binding in scenario.matrix.cases {
            if let stop = policy.decide(isCancelled: Task.isCancelled) {
                cases.append(notRun(binding, stop))
                continue
            }
            let (result, seen) = try await runCase(binding, &policy)
            cases.append(result)
            observations += seen
            progress(.caseEnded(scenario: scenario.id, result))
        }
        let agreement = Agreement(observations: observations)
        if let together = together(agreement, isComplete: policy.stop == nil) {
            cases.append(together)
            progress(.caseEnded(scenario: scenario.id, together))
        }
        let result = ScenarioResult(
            scenario, cases: cases, weakened: scenario.weakened(by: request.parameters))
        return (result, policy.stop == nil ? agreement : Agreement(observations: []))
    }

    private func notRun(_ binding: Matrix.Binding, _ stop: RunStop) -> CaseResult {
        CaseResult(id: binding.id, name: binding.name, verdict: .skipped, finding: Finding(stop.reason))
    }

    private func runCase(
        _ binding: Matrix.Binding, _ policy: inout StopPolicy
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
        let end = await end(of: &run, &policy)
        let elapsed = (now() - start).components
        result.repository = repository.rawValue
        result.notes = run.notes
        result.milliseconds = Int(elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000)
        result.transcript = wire.transcript.records
        result.omittedExchanges = wire.transcript.omitted
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

    /// A case that ends for want of an answer counts as unanswered when it waited for one or never had any; a
    /// connection that breaks after answers costs no time.
    private func end(of run: inout CaseRun, _ policy: inout StopPolicy) async -> StepEnd {
        let end: StepEnd
        var isStalled = false
        do {
            end = try await run.perform(scenario.steps)
        } catch {
            end = .inconclusive("no answer came: \(error)", nil)
            isStalled = error.kind == .stalled
        }
        policy.note(isAnswered: !isStalled && run.wire.transcript.hasAnswer)
        policy.note(isCancelled: Task.isCancelled)
        if case .inconclusive = end, policy.stop == .interrupted {
            return .inconclusive(RunStop.interrupted.reason, nil)
        }
        return end
    }

    /// The verdict on what the cases say together; nil when no step asks for one.
    ///
    /// What differs differs; that all is the same can be said only after the last case.
    private func together(_ agreement: Agreement, isComplete: Bool) -> CaseResult? {
        guard agreement.isNeeded else { return nil }
        let finding = agreement.findings.first
        guard finding != nil || isComplete else { return nil }
        return CaseResult(
            id: CaseResult.togetherID, name: "all answers together",
            verdict: finding == nil ? .passed : .violated,
            finding: finding)
    }
}
