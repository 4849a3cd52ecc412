// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Runs the cases of one scenario.
struct ScenarioRun: Sendable {
    let scenario: Scenario
    let context: RunContext

    private var request: CertifyRequest { context.request }

    /// Runs the cases until the policy says stop; the rest is skipped.
    func result(
        _ policy: inout StopPolicy, progress: @Sendable (CertifyEvent) -> Void
    ) async throws(CertifyError) -> (ScenarioResult, Agreement) {
        var cases: [CaseResult] = []
        var observations: [Observation] = []
        for binding in request.cases(of: scenario) {
            let isSpent = context.traffic.bytes >= request.byteLimit
            if let stop = policy.decide(isCancelled: Task.isCancelled, isSpent: isSpent) {
                cases.append(notRun(binding, stop.reason))
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
        let lack = context.lack(of: scenario)
        let result = ScenarioResult(
            scenario, cases: cases, weakened: request.weakening(of: scenario),
            isApplicable: lack?.isInapplicable != true)
        return (result, policy.stop == nil ? agreement : Agreement(observations: []))
    }

    private func notRun(_ binding: Matrix.Binding, _ reason: String) -> CaseResult {
        CaseResult(id: binding.id, name: binding.name, verdict: .skipped, finding: Finding(reason))
    }

    private func runCase(
        _ binding: Matrix.Binding, _ policy: inout StopPolicy
    ) async throws(CertifyError) -> (CaseResult, [Observation]) {
        if let lack = context.lack(of: scenario) { return (notRun(binding, lack.reason), []) }
        guard let repository = try repository(binding) else {
            let reason = "it needs a repository that is \(scenario.given), and none was given"
            return (notRun(binding, reason), [])
        }
        var result = CaseResult(id: binding.id, name: binding.name, verdict: .skipped)
        var run = CaseRun(context, scenario, binding, repository)
        result.repository = repository.rawValue
        result.otherRepositories = others(of: run).map(\.rawValue)
        let start = context.now()
        var end = await end(of: &run, &policy)
        // Before the policies are gone by which the run's own are known.
        let foreign = context.interference(in: run.wire.transcript.policies)
        let lost = await withdrawPolicies(of: run)
        if let finding = foreign ?? lost { end = .inconclusive(finding) }
        policy.note(isUncured: await !isCured(run))
        let elapsed = (context.now() - start).components
        result.notes = run.notes
        result.milliseconds = Int(elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000)
        result.transcript = run.wire.transcript.records
        result.omittedExchanges = run.wire.transcript.omitted
        result.races = run.races
        if !end.isPassed || run.hasDeleted { context.standing.forget([run.repository] + others(of: run)) }
        policy.note(isClosed: context.closed.isClosed)
        policy.note(isPutOff: context.patience.isPutOff)
        switch end {
        case .passed: result.verdict = .passed
        case .violated(let finding): (result.verdict, result.finding) = (.violated, finding)
        case .unprepared(let finding): (result.verdict, result.finding) = (.skipped, finding)
        case .inapplicable(let finding):
            (result.verdict, result.finding) = (.skipped, finding)
            result.isApplicable = false
        case .inconclusive(let finding): (result.verdict, result.finding) = (.inconclusive, finding)
        }
        return (result, foreign == nil && lost == nil ? run.observations : [])
    }

    private func repository(_ binding: Matrix.Binding) throws(CertifyError) -> RepositoryName? {
        do {
            return try request.repository(scenario, binding)
        } catch {
            throw .unusableName(error)
        }
    }

    /// What the case makes beside its own repository; what is a user's own is nobody else's to make or to empty.
    private func others(of run: CaseRun) -> [RepositoryName] {
        let under = scenario.places.map(run.repository(of:))
        let flows = scenario.steps.flatMap(\.action.flows).map(run.flow)
        guard flows.contains(.ociMount), let source = MountPusher.source(of: run.repository) else {
            return under
        }
        return under + [source]
    }

    /// A case that ends for want of an answer counts as unanswered when it waited for one or never had any; a
    /// connection that breaks after answers costs no time.
    private func end(of run: inout CaseRun, _ policy: inout StopPolicy) async -> StepEnd {
        if let end = await makeRepositories(of: run) { return end }
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

    private func makeRepositories(of run: CaseRun) async -> StepEnd? {
        guard let setup = context.setup else { return nil }
        do throws(SetupError) {
            for repository in [run.repository] + others(of: run) {
                try await setup.makeRepository(repository, given: scenario.given)
            }
            return nil
        } catch {
            return .inconclusive("the case's repositories could not be made: \(error)", nil)
        }
    }

    /// A policy of one case must not reach the next; also after a cancellation.
    ///
    /// - Returns: What has become of the policy for all of the registry, if somebody else has removed it: it is the
    ///   one that others can reach.
    private func withdrawPolicies(of run: CaseRun) async -> Finding? {
        guard let setup = context.setup, !run.policies.isEmpty else { return nil }
        let places = run.policies
        return await Task {
            var lost: Finding?
            for place in places {
                guard case .refused(let words)? = try? await setup.perform(.delete(place)), place == .registry
                else { continue }
                lost = Finding("somebody else removed the policy of this case: \(words)")
            }
            return lost
        }.value
    }

    /// A case that broke off must not leave the storage write-protected or full; also after a cancellation.
    ///
    /// - Returns: False when it does; then the run's report says how.
    private func isCured(_ run: CaseRun) async -> Bool {
        guard let hooks = context.hooks, !run.cures.isEmpty else { return true }
        return await Task {
            var (run, lacks): (CaseRun, [String]) = (run, [])
            for cure in run.cures {
                if let lack = await HookProof(hook: cure, hooks: hooks).lack(in: &run) { lacks.append(lack) }
            }
            context.uncured.append(lacks)
            return lacks.isEmpty
        }.value
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
