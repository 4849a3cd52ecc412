// SPDX-License-Identifier: Apache-2.0

package import TaskFile

/// Does what a step says, once.
///
/// Scheduling, retries and time limits are not its business.
package protocol StepExecutor: Sendable {
    /// Does what comes before the step's time begins to count: the pull that a step asks for.
    func prepare(
        _ step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
    ) async throws(StepFailure)

    /// Tries a step once. Returns soon after its task is cancelled.
    ///
    /// `report` takes news of the step, at any time until the return; of a detached step until ``finish()``.
    func attempt(
        _ step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
    ) async -> StepAttempt

    /// Ends everything that outlives its step, when no step is at work any more.
    ///
    /// - Returns: What is to be said of steps in hindsight.
    func finish() async -> [StepID: String]

    /// Waits until nothing is left of what was made for the steps: the record of the run need not.
    func close() async
}

extension StepExecutor {
    package func prepare(
        _ step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
    ) async throws(StepFailure) {}

    package func finish() async -> [StepID: String] { [:] }

    package func close() async {}
}
