// SPDX-License-Identifier: Apache-2.0

import OCISpec
package import RegistryTransport

/// Puts a registry to the test.
package struct Certifier: Sendable {
    private let transport: any HTTPTransport
    private let users: Users?
    private let now: @Sendable () -> Duration
    private let pause: @Sendable (Duration) async -> Void
    /// Sets policies as the registry's operators do; without it, scenarios that need it are skipped.
    package var setup: (any RegistrySetup)?
    /// Does what only the registry's operator can; without it, scenarios that need it are skipped.
    package var hooks: (any RegistryHooks)?
    /// Tries real clients after the scenarios, in the same places; without it, none.
    package var clients: ClientCheck?

    /// - Parameters:
    ///   - transport: May authenticate. It must not retry, follow redirects, or cache.
    ///   - now: The time since any fixed moment.
    ///   - pause: Waits.
    package init(
        transport: any HTTPTransport, now: (@Sendable () -> Duration)? = nil,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.init(transport, nil, now, pause)
    }

    /// The same with further users, as whom the scenarios that need them send.
    package init(
        users: Users, now: (@Sendable () -> Duration)? = nil,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.init(users.writerTransport, users, now, pause)
    }

    private init(
        _ transport: any HTTPTransport, _ users: Users?, _ now: (@Sendable () -> Duration)?,
        _ pause: @escaping @Sendable (Duration) async -> Void
    ) {
        self.transport = transport
        self.users = users
        self.pause = pause
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
        _ given: CertifyRequest, progress: @Sendable (CertifyEvent) -> Void = { _ in }
    ) async throws(CertifyError) -> CertifyResult {
        let faults = given.parameterFaults
        guard faults.isEmpty else { throw .unusableParameters(faults) }
        var request = given
        request.clients = clients?.clients ?? []
        // What cannot be run is refused before anything is prepared.
        _ = try RunPlan(context(request))
        if let setup {
            do throws(SetupError) {
                if given.immutablePrefix == nil, given.mutablePrefix == nil {
                    let places = try await setup.prepare(runID: given.runID)
                    request.immutablePrefix = places.immutable
                    request.mutablePrefix = places.mutable
                    progress(.leftovers(places.leftovers))
                } else {
                    try await setup.join(runID: given.runID)
                }
            } catch {
                // What was made before it failed goes away again.
                await restoreAfterFailure(progress)
                throw .unprepared(error)
            }
        }
        let context = context(request)
        do throws(CertifyError) {
            var result = try await run(in: context, progress: progress)
            let left = [context.uncured.clause, await restore()].compactMap(\.self)
            result.ending.leftChanged = left.isEmpty ? nil : left.joined(separator: "; ")
            return result
        } catch {
            await restoreAfterFailure(progress)
            throw error
        }
    }

    /// Without a result, only an event can say what could not be put back.
    private func restoreAfterFailure(_ progress: (CertifyEvent) -> Void) async {
        guard let left = await restore() else { return }
        progress(.leftovers(["could not be put back: \(left)"]))
    }

    private func context(_ request: CertifyRequest) -> RunContext {
        RunContext(
            request: request, transport: transport, setup: setup, hooks: hooks, users: users, now: now,
            patience: Patience(pause: pause))
    }

    private func run(
        in given: RunContext, progress: @Sendable (CertifyEvent) -> Void
    ) async throws(CertifyError) -> CertifyResult {
        var context = given
        let plan = try RunPlan(context)
        let time = try await probe(plan, context)
        context.facts = try await UserProbe(context: context).facts(in: plan.firstRepository)
        progress(.started(CertifyEvent.Extent(plan, answersIn: time)))
        var policy = StopPolicy()
        var results: [String: ScenarioResult] = [:]
        var statements: [CertifyResult.Statement] = []
        for scenario in plan.scenarios {
            progress(.scenarioStarted(id: scenario.id, title: scenario.title))
            let (result, agreement) = try await ScenarioRun(scenario: scenario, context: context)
                .result(&policy, progress: progress)
            results[scenario.id] = result
            // What is stated is what all cases have shown.
            if result.verdict == .passed { statements += agreement.statements }
            progress(.scenarioEnded(result))
        }
        var suites = context.request.suites.map { suite in
            let ran = suite.scenarios.compactMap { results[$0.id] }
            let left = suite.scenarios.filter { results[$0.id] == nil }.map(Certifier.unselected)
            return SuiteResult(name: suite.name, title: suite.title, scenarios: ran + left)
        }
        if let clients, policy.stop == nil, !plan.clients.isEmpty {
            suites.append(await clients.run(in: context, progress: progress))
            policy.note(isCancelled: Task.isCancelled)
        }
        if !context.untaken.all.isEmpty {
            statements.append(
                CertifyResult.Statement(
                    name: "types not taken", value: context.untaken.all.joined(separator: ", ")))
        }
        if let users, !users.named.isEmpty {
            let names = users.named.map(\.rawValue).joined(separator: ", ")
            statements.append(CertifyResult.Statement(name: "users named", value: names))
        }
        return CertifyResult(
            context.request, suites: suites, statements: statements, stopped: policy.stop,
            ending: await ending(of: suites, context))
    }

    /// - Returns: How long an answer takes.
    private func probe(_ plan: RunPlan, _ context: RunContext) async throws(CertifyError) -> Duration {
        let start = now()
        try await RegistryProbe(wire: context.wire(), users: context.users).check(plan.firstRepository)
        if let second = context.request.secondAddress,
            plan.scenarios.contains(where: { $0.needs.contains(.secondAddress) })
        {
            var other = context.wire()
            other.registry = second
            try await RegistryProbe(wire: other, users: context.users).check(nil)
        }
        return (now() - start) / max(1, context.traffic.requests)
    }

    private func ending(of suites: [SuiteResult], _ context: RunContext) async -> CertifyResult.Ending {
        var ending = CertifyResult.Ending()
        if context.request.cleansUp {
            ending.cleaned = await CleanUp(context: context).run(suites.flatMap(\.scenarios))
        }
        ending.sentBytes = context.traffic.bytes
        ending.tags = context.made.all.filter { !$0.value.isEmpty && !ending.cleaned.contains($0.key) }
        return ending
    }

    /// Puts the registry back as it was, in a task of its own: also after a cancellation.
    ///
    /// - Returns: What could not be put back.
    private func restore() async -> String? {
        guard let setup else { return nil }
        return await Task {
            do throws(SetupError) {
                try await setup.restore()
                return nil
            } catch {
                return error.description
            }
        }.value
    }

    /// What has not been looked at counts against no registry, and for none.
    private static func unselected(_ scenario: Scenario) -> ScenarioResult {
        let finding = Finding("it was not selected")
        return ScenarioResult(
            scenario, cases: [CaseResult(id: "", name: "", verdict: .skipped, finding: finding)])
    }
}
