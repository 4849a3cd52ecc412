// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `attempt: disable`: tries to change the policy of the case's repository as somebody who does not administer the
/// registry, the writer for one.
///
/// What a registry wrongly does is undone by the setup.
struct AttemptStep: StepAction {
    private enum Expectation: String, CaseIterable { case unauthorised }

    private let attempt: PolicyAttempt

    init(_ source: StepSource) throws(Diagnostic) {
        attempt = try source.value.word("attempt")
        let _: Expectation = try source.requiredExpect("unauthorised").word("expectation")
    }

    func describe(in run: CaseRun) -> String {
        "\(attempt.rawValue) the policy of \(run.repository) with the credentials of \(run.role.rawValue)"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let (role, repository) = (run.role, run.repository)
        guard let setup = run.context.setup else {
            return .unprepared(Finding("there is no way to set policies here"))
        }
        let target = CredentialTarget(registry: run.context.request.registry.authority)
        do {
            let credentials = try await run.context.users?.credentials(of: role, for: target)
            let outcome = try await setup.attempt(attempt, on: repository, as: credentials)
            guard let outcome else {
                return .unprepared(Finding("there is no policy here that could be changed"))
            }
            return end(outcome, role)
        } catch {
            return .inconclusive("the attempt could not be made: \(error)", nil)
        }
    }

    private func end(_ outcome: AttemptOutcome, _ role: Role) -> StepEnd {
        switch outcome {
        case .turnedAway: .passed
        case .refused(let words):
            .violated(
                "\(role.rawValue) must be turned away (401 or 403) before any policy is looked at, and was told: \(words)",
                nil)
        case .done(let left):
            .violated(
                "\(role.rawValue) must be turned away (401 or 403), and the policy was changed"
                    + (left.map { "; \($0)" } ?? " (and was put back)"), nil)
        }
    }
}
