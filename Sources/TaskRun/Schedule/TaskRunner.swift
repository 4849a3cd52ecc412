// SPDX-License-Identifier: Apache-2.0

import TaskFile

/// Runs a plan: steps side by side as far as they do not wait for each other.
///
/// The first step that fails ends the run: steps at work are cancelled, waiting ones are skipped. Cancelling
/// the task that runs the plan does the same. Either way there is a record of every step.
package struct TaskRunner<C: Clock>: Sendable where C.Duration == Duration {
    private let stepRunner: StepRunner<C>
    private let clock: C
    private let now: @Sendable () -> Int
    private let events: @Sendable (RunEvent) -> Void

    /// The clock measures delays, limits and durations; `now` is the moment for records, in seconds since
    /// 1970.
    ///
    /// `events` takes events as they happen, from several steps at a time, and returns soon.
    package init(
        executor: any StepExecutor, clock: C, now: @escaping @Sendable () -> Int,
        events: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) {
        stepRunner = StepRunner(executor: executor, clock: clock, events: events)
        self.clock = clock
        self.now = now
        self.events = events
    }

    /// Runs to the end.
    ///
    /// - Returns: What happened, whatever happened.
    package func run(_ plan: RunPlan, as identity: RunIdentity) async -> RunRecord {
        let startSeconds = now()
        let start = clock.now
        events(.runStarted(identity, steps: plan.steps.count))
        let reports = await runSteps(of: plan)
        let elapsed = { (instant: C.Instant) in start.duration(to: instant) }
        let steps = plan.steps.map { step -> RunRecord.Step in
            let report = reports[step.id]
            return RunRecord.Step(
                id: step.id, kind: step.action.kind, outcome: report?.outcome ?? .skipped,
                attempts: report?.attempts ?? 0, started: report?.started.map(elapsed),
                finished: report.map { elapsed($0.finished) })
        }
        let record = RunRecord(
            identity: identity, steps: steps,
            span: RunRecord.Span(
                startSeconds: startSeconds, finishSeconds: now(), duration: elapsed(clock.now)),
            wasCanceled: Task.isCancelled)
        events(.runFinished(record))
        return record
    }

    private func runSteps(of plan: RunPlan) async -> [StepID: StepRunner<C>.Report] {
        let steps = Dictionary(plan.steps.map { ($0.id, $0) }) { first, _ in first }
        var schedule = RunSchedule(plan)
        var reports: [StepID: StepRunner<C>.Report] = [:]
        await withTaskGroup(of: StepRunner<C>.Report.self) { group in
            for id in schedule.takeReady() { start(steps[id], in: &group) }
            while let report = await group.next() {
                reports[report.id] = report
                finish(report)
                if case .successful = report.outcome {
                    schedule.finish(report.id)
                } else {
                    schedule.stop(at: report.id)
                    group.cancelAll()
                }
                guard !Task.isCancelled else { continue }
                for id in schedule.takeReady() { start(steps[id], in: &group) }
            }
        }
        return reports
    }

    private func start(_ step: RunPlan.Step?, in group: inout TaskGroup<StepRunner<C>.Report>) {
        guard let step else { return }
        group.addTask { await stepRunner.run(step) }
    }

    private func finish(_ report: StepRunner<C>.Report) {
        let duration = report.started.map { $0.duration(to: report.finished) } ?? .zero
        events(.stepFinished(report.id, report.outcome, duration: duration))
    }
}
