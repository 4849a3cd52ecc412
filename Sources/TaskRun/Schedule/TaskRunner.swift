// SPDX-License-Identifier: Apache-2.0

import SourceText
package import TaskFile

/// Runs a plan: steps side by side as far as they do not wait for each other.
///
/// The first step that fails ends the run: steps at work are cancelled, waiting ones are skipped; only steps
/// with a condition on the failed one still run. Cancelling the task that runs the plan ends the run too.
/// Either way there is a record of every step.
package struct TaskRunner<C: Clock>: Sendable where C.Duration == Duration {
    private let executor: any StepExecutor
    private let stepRunner: StepRunner<C>
    private let clock: C
    private let now: @Sendable () -> Int
    private let limits: RunLimits
    private let events: @Sendable (RunEvent) -> Void

    /// The clock measures delays, limits and durations; `now` is the moment for records, in seconds since
    /// 1970.
    ///
    /// `events` takes events as they happen, from several steps at a time, and returns soon. What `mask` makes
    /// of a failure's text is what records and events show.
    package init(
        executor: any StepExecutor, clock: C, now: @escaping @Sendable () -> Int,
        limits: RunLimits = RunLimits(), mask: SecretMask = SecretMask([]),
        events: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        self.executor = executor
        stepRunner = StepRunner(executor: executor, clock: clock, mask: mask, events: events)
        self.clock = clock
        self.now = now
        self.limits = limits
        self.events = events
    }

    /// Runs to the end.
    ///
    /// - Returns: What happened, whatever happened.
    package func run(_ plan: RunPlan, as identity: RunIdentity) async -> RunRecord {
        let startSeconds = now()
        let start = clock.now
        events(.runStarted(identity, steps: plan.steps.count))
        let result = await runSteps(of: plan)
        let remarks = await executor.finish()
        let elapsed = { (instant: C.Instant) in start.duration(to: instant) }
        let steps = plan.steps.map { step -> RunRecord.Step in
            let report = result.reports[step.id]
            return RunRecord.Step(
                step, outcome: report?.outcome ?? .skipped, attempts: report?.attempts ?? 0,
                span: report.flatMap { report in
                    report.started.map { (elapsed($0), elapsed(report.finished)) }
                },
                remark: remarks[step.id])
        }
        let end: RunRecord.End =
            result.isTimeUp ? .timedOut(limits.timeout ?? .zero) : Task.isCancelled ? .interrupted : .byItself
        let record = RunRecord(
            identity: identity, steps: steps,
            span: RunRecord.Span(
                startSeconds: startSeconds, finishSeconds: now(), duration: elapsed(clock.now)),
            end: end)
        events(.runFinished(record))
        return record
    }

    private struct Result {
        var reports: [StepID: StepRunner<C>.Report] = [:]
        var isTimeUp = false
    }

    private enum Racer: Sendable {
        case step(StepRunner<C>.Report)
        case clock(isTimeUp: Bool)
    }

    private func runSteps(of plan: RunPlan) async -> Result {
        let steps = Dictionary(plan.steps.map { ($0.id, $0) }) { first, _ in first }
        var schedule = RunSchedule(plan)
        var result = Result()
        var atWork = 0
        await withTaskGroup(of: Racer.self) { group in
            startClock(in: &group)
            var next = schedule.takeReady(atMost: limits.jobs)
            while true {
                for step in next.compactMap({ steps[$0] }) {
                    atWork += 1
                    let parents = Self.outputs(of: result.reports)
                    group.addTask { .step(await stepRunner.run(step, outputs: parents)) }
                }
                guard atWork > 0, let racer = await group.next() else { break }
                switch racer {
                case .clock(let isTimeUp): result.isTimeUp = result.isTimeUp || isTimeUp
                case .step(let report):
                    atWork -= 1
                    result.reports[report.id] = report
                    finish(report, in: &schedule)
                }
                let mustStop = result.isTimeUp || (schedule.hasFailed && !schedule.hasAnswers)
                if mustStop { group.cancelAll() }
                next = mustStop || Task.isCancelled ? [] : schedule.takeReady(atMost: limits.jobs)
            }
            group.cancelAll()
        }
        return result
    }

    /// Lets the time limit of the run take part in the race.
    private func startClock(in group: inout TaskGroup<Racer>) {
        guard let timeout = limits.timeout else { return }
        group.addTask {
            do {
                try await clock.sleep(for: timeout)
                return .clock(isTimeUp: true)
            } catch {
                return .clock(isTimeUp: false)
            }
        }
    }

    private func finish(_ report: StepRunner<C>.Report, in schedule: inout RunSchedule) {
        let duration = report.started.map { $0.duration(to: report.finished) } ?? .zero
        events(.stepFinished(report.id, report.outcome, duration: duration))
        switch report.outcome {
        case .successful: schedule.succeed(report.id, exitCode: report.outcome.exitCode ?? 0)
        case .failed(let failure): schedule.fail(report.id, exitCode: failure.exitCode)
        case .skipped, .canceled: schedule.fail(report.id)
        }
    }

    /// What the steps so far left for later ones.
    private static func outputs(of reports: [StepID: StepRunner<C>.Report]) -> [StepID: [String: String]] {
        reports.compactMapValues { report in
            guard case .successful(let product, _) = report.outcome else { return nil }
            return product.outputs
        }
    }
}
