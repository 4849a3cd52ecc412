// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile

/// Runs one step by its policy: delay, pull, time limit, retries, repetitions.
struct StepRunner<C: Clock>: Sendable where C.Duration == Duration {
    let executor: any StepExecutor
    let clock: C
    let mask: SecretMask
    let events: @Sendable (RunEvent) -> Void

    struct Report: Sendable {
        let id: StepID
        let outcome: StepOutcome
        let attempts: Int
        /// nil for a step that never started.
        let started: C.Instant?
        let finished: C.Instant
    }

    /// `outputs`: what the steps before this one left, by step.
    func run(_ written: RunPlan.Step, outputs: [StepID: [String: String]]) async -> Report {
        do {
            if written.policy.startDelay > .zero { try await clock.sleep(for: written.policy.startDelay) }
            try Task.checkCancellation()
        } catch {
            return Report(
                id: written.id, outcome: .skipped, attempts: 0, started: nil, finished: clock.now)
        }
        let started = clock.now
        var tries = Tries()
        var outcome: StepOutcome
        do {
            let step = try written.resolved(with: outputs)
            try await prepare(step)
            tries = await limited(by: step.policy.timeout) { await tryAll(step) }
            outcome = self.outcome(of: tries, step)
        } catch let failure as StepFailure {
            outcome = Task.isCancelled ? .canceled : .failed(failure)
        } catch {
            outcome = .failed(StepFailure("\(error)").masked(by: mask))
        }
        if case .failed(let failure) = outcome, written.policy.ignoresErrors {
            outcome = .successful(failure.product, ignored: failure)
        }
        return Report(
            id: written.id, outcome: outcome, attempts: tries.attempts, started: started, finished: clock.now)
    }

    private func prepare(_ step: RunPlan.Step) async throws(StepFailure) {
        do {
            try await executor.prepare(step) { events(.step(step.id, $0)) }
        } catch {
            throw error.masked(by: mask)
        }
    }

    private func outcome(of tries: Tries, _ step: RunPlan.Step) -> StepOutcome {
        guard tries.isTimeUp else { return tries.outcome }
        let limit = "the step timed out after \(step.policy.timeout.written), its time limit"
        let last = tries.lastFailure.map { "; its last try failed: \($0.message)" } ?? ""
        return .failed(
            StepFailure(
                limit + last, exitCode: StepFailure.timeLimitCode, output: tries.lastFailure?.output ?? "",
                product: tries.product))
    }

    // MARK: Time limit

    private struct Tries: Sendable {
        var outcome = StepOutcome.canceled
        var attempts = 0
        /// Of a try that was not stopped.
        var lastFailure: StepFailure?
        /// Of all tries, in order.
        var product = StepProduct()
        var isTimeUp = false
    }

    private enum Racer: Sendable {
        case work(Tries)
        case clock(isTimeUp: Bool)
    }

    /// Runs `work` until it ends or its time is up; waits for it in both cases.
    private func limited(
        by limit: Duration, _ work: @escaping @Sendable () async -> Tries
    ) async -> Tries {
        await withTaskGroup(of: Racer.self) { group in
            group.addTask { .work(await work()) }
            group.addTask {
                do {
                    try await clock.sleep(for: limit)
                    return .clock(isTimeUp: true)
                } catch {
                    return .clock(isTimeUp: false)
                }
            }
            var isTimeUp = false
            var tries = Tries()
            while let racer = await group.next() {
                switch racer {
                case .work(let ended):
                    tries = ended
                    group.cancelAll()
                case .clock(let isUp):
                    isTimeUp = isTimeUp || isUp
                    if isUp { group.cancelAll() }
                }
            }
            tries.isTimeUp = isTimeUp
            return tries
        }
    }

    // MARK: Tries

    /// Runs the step once and once more for each repetition, even after one that failed; each with its
    /// retries.
    ///
    /// A push is neither retried nor repeated: sending again is the registry client's business.
    private func tryAll(_ step: RunPlan.Step) async -> Tries {
        let isPush = if case .push = step.action { true } else { false }
        var tries = Tries()
        var failures: [StepFailure] = []
        for _ in 0...(isPush ? 0 : step.policy.repetitions) {
            let attempt = await tryOnce(step, retries: isPush ? 0 : step.policy.retries, &tries)
            switch attempt {
            case .succeeded: break
            case .failed where Task.isCancelled: return tries
            case .failed(let failure): failures.append(failure)
            }
        }
        guard let last = failures.last else {
            tries.outcome = .successful(tries.product)
            return tries
        }
        tries.outcome = .failed(
            StepFailure(
                failures.map(\.message).joined(separator: ", "), exitCode: last.exitCode,
                output: failures.map(\.output).joined(separator: "\n"), product: tries.product))
        return tries
    }

    /// One execution: up to `retries` more tries while they fail.
    private func tryOnce(_ step: RunPlan.Step, retries: Int, _ tries: inout Tries) async -> StepAttempt {
        var left = retries
        while true {
            tries.attempts += 1
            events(.stepStarted(step.id, kind: step.action.kind, attempt: tries.attempts))
            let attempt = await executor.attempt(step) { events(.step(step.id, $0)) }.masked(by: mask)
            tries.product.add(attempt.product)
            guard case .failed(let failure) = attempt, !Task.isCancelled else { return attempt }
            tries.lastFailure = failure
            guard left > 0, shouldRetry(failure, step.policy) else { return attempt }
            left -= 1
            events(.stepWillRetry(step.id, failure, after: step.policy.retryDelay))
            do {
                try await clock.sleep(for: step.policy.retryDelay)
            } catch {
                return attempt
            }
        }
    }

    private func shouldRetry(_ failure: StepFailure, _ policy: StepPolicy) -> Bool {
        policy.retryOnErrors.isEmpty
            || policy.retryOnErrors.contains { failure.output.contains($0) || failure.message.contains($0) }
    }
}
