// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistryTransport

/// What a run would do, without a single request.
package enum DryRun {
    /// Lines for a person: each scenario with its cases, the steps of the first one, and what all of them send.
    ///
    /// With a setup, its requests come first. `users` are those that the operator has named, each with the place
    /// where it may push when that is one only.
    ///
    /// - Throws: When prefix and run make no repository name.
    package static func render(
        _ given: CertifyRequest, setup: (any RegistrySetup)? = nil, hooks: (any RegistryHooks)? = nil,
        users: [Role: RepositoryName?]? = nil
    ) throws(CertifyError) -> String {
        var request = given
        var lines: [String] = []
        if let setup {
            let preparation: SetupPlan
            do {
                preparation = try setup.plan(runID: given.runID)
            } catch {
                throw .unprepared(error)
            }
            lines = preparation.lines
            if given.immutablePrefix == nil, given.mutablePrefix == nil {
                request.immutablePrefix = preparation.places.immutable
                request.mutablePrefix = preparation.places.mutable
            }
        }
        let context = RunContext(
            request: request, transport: NoTransport(), setup: setup, hooks: hooks,
            users: users.map(DryRun.strangers), now: { .zero },
            patience: Patience())
        let plan = try RunPlan(context)
        for scenario in plan.scenarios { lines += try describe(scenario, in: context) }
        for client in plan.clients {
            lines.append("\(ClientCheck.name(of: client)): \(client.rawValue) pushes two images to one tag")
        }
        let end = CertifyEvent.started(CertifyEvent.Extent(plan, answersIn: nil))
        lines.append("\(end.line ?? ""), about \(plan.estimate.requests) requests; nothing was sent")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Users without credentials: nobody is asked for them.
    private static func strangers(_ named: [Role: RepositoryName?]) -> Users {
        Users(
            over: NoTransport(), writer: { _ in nil },
            named: named.mapValues { Users.User(home: $0) { _ in nil } })
    }

    private static func describe(
        _ scenario: Scenario, in context: RunContext
    ) throws(CertifyError) -> [String] {
        let cases = context.request.cases(of: scenario)
        var lines = ["\(scenario.id): \(scenario.title)"]
        if let lack = context.lack(of: scenario) { return lines + ["  skipped: \(lack.reason)"] }
        guard let binding = cases.first else { return lines + ["  skipped: none of its flows is selected"] }
        let repository: RepositoryName?
        do {
            repository = try context.request.repository(scenario, binding)
        } catch {
            throw .unusableName(error)
        }
        guard let repository else {
            return lines + ["  skipped: it needs a repository that is \(scenario.given), and none was given"]
        }
        let run = CaseRun(context, scenario, binding, repository)
        lines.append("  in \(repository)")
        lines += scenario.steps.map { "    \($0.path). \($0.description(in: run))" }
        if cases.count > 1 { lines.append("  and \(counted(cases.count - 1, "more case"))") }
        return lines
    }
}

/// Answers nothing: nobody asks it.
private struct NoTransport: HTTPTransport {
    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        throw TransportError(.badRequest, request, "a dry run sends nothing")
    }
}
