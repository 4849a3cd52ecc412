// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TaskFile
import TaskRun
import Testing

@Suite(.timeLimit(.minutes(10))) struct TaskRunnerTests {
    private let clock = ManualClock()
    private let identity = RunIdentity(id: "7", taskName: "t")

    private func runner(
        _ executor: ScriptedExecutor, events: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) -> TaskRunner<ManualClock> {
        let clock = clock
        return TaskRunner(
            executor: executor, clock: clock, now: { 1_795_218_706 + Int(clock.now.offset.inSeconds) },
            events: events)
    }

    private func statuses(_ record: RunRecord) -> [String] {
        record.steps.map { "\($0.id) \($0.status.rawValue)" }
    }

    @Test func aTaskWithoutStepsSucceeds() async throws {
        let record = await runner(ScriptedExecutor(clock: clock)).run(try plan([]), as: identity)
        #expect(record.status == .succeeded)
        #expect(record.steps.isEmpty)
    }

    @Test func stepsInAChainRunOneAfterTheOther() async throws {
        let executor = ScriptedExecutor(clock: clock)
        let record = await runner(executor).run(
            try plan([("a", []), ("b", ["a"]), ("c", ["b"])]), as: identity)
        #expect(executor.log == ["start a", "end a", "start b", "end b", "start c", "end c"])
        #expect(statuses(record) == ["a successful", "b successful", "c successful"])
        #expect(record.steps.map(\.attempts) == [1, 1, 1])
    }

    @Test func stepsThatDoNotWaitForEachOtherRunAtTheSameTime() async throws {
        let executor = ScriptedExecutor(
            clock: clock, ["a": [.work(.seconds(2))], "b": [.work(.seconds(5))], "c": [.work(.seconds(1))]])
        async let record = runner(executor).run(
            try plan([("a", []), ("b", []), ("c", ["a"]), ("d", ["b", "c"])]), as: identity)
        await clock.sleeper(until: .seconds(5))
        await clock.advance(to: .seconds(2))
        await clock.advance(to: .seconds(3))
        await clock.advance(to: .seconds(5))
        let finished = try await record
        #expect(Set(executor.log.prefix(2)) == ["start a", "start b"])
        #expect(executor.log.dropFirst(2) == ["end a", "start c", "end c", "end b", "start d", "end d"])
        #expect(finished.duration == 5)
        #expect(finished.steps.map(\.startedAfter) == [0, 0, 2, 5])
        #expect([finished.steps[0].duration, finished.steps[1].duration] == [2, 5])
        #expect(finished.startTime == "2026-11-20T23:51:46Z")
        #expect(finished.finishTime == "2026-11-20T23:51:51Z")
    }

    @Test func theFirstFailureStopsSiblingsAndSkipsTheRest() async throws {
        let executor = ScriptedExecutor(
            clock: clock, ["a": [.work(.seconds(1), thenFail: true)], "b": [.work(.seconds(9))]])
        async let record = runner(executor).run(
            try plan([("a", []), ("b", []), ("c", ["a"]), ("d", ["b"])]), as: identity)
        await clock.sleeper(until: .seconds(9))
        await clock.advance(to: .seconds(1))
        let finished = try await record
        #expect(statuses(finished) == ["a failed", "b canceled", "c skipped", "d skipped"])
        #expect(finished.status == .failed)
        #expect(finished.error == "step a: boom")
        #expect(finished.duration == 1)
        #expect(finished.steps[2].startedAfter == nil)
        #expect(executor.log.last == "stop b")
    }

    @Test func aFailureThatIsIgnoredIsASuccess() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.fail("boom")]])
        let record = await runner(executor).run(
            try plan([("a", []), ("b", ["a"])], policies: ["a": policy { $0.ignoresErrors = true }]),
            as: identity)
        #expect(statuses(record) == ["a successful", "b successful"])
        #expect(record.status == .succeeded)
        #expect(record.steps[0].ignoredError == "boom")
        #expect(record.steps[0].error == nil)
    }

    @Test func aFailedStepIsRetriedAfterTheDelay() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.fail("1"), .fail("2"), .succeed]])
        async let record = runner(executor).run(
            try plan([("a", [])], policies: ["a": policy { $0.retries = 2 }]), as: identity)
        await clock.advance(to: .seconds(5))
        await clock.advance(to: .seconds(10))
        let finished = try await record
        #expect(finished.status == .succeeded)
        #expect(finished.steps[0].attempts == 3)
        #expect(finished.steps[0].duration == 10)
    }

    @Test(arguments: [(["zzz"], 1), (["zzz", "oo"], 2), ([], 2)])
    func onlyTheErrorsThatAreNamedAreRetried(texts: [String], attempts: Int) async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.fail("boom"), .succeed]])
        let policies = [
            "a": policy {
                $0.retries = 1
                $0.retryOnErrors = texts
            }
        ]
        async let record = runner(executor).run(try plan([("a", [])], policies: policies), as: identity)
        if attempts > 1 { await clock.advance(to: .seconds(5)) }
        #expect(try await record.steps[0].attempts == attempts)
    }

    @Test func repetitionsAreFullExecutionsEachWithItsRetries() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.fail("x")], "b": [.succeed]])
        let policies = [
            "a": policy {
                $0.retries = 1
                $0.repetitions = 1
            },
            "b": policy { $0.repetitions = 2 },
        ]
        async let record = runner(executor).run(
            try plan([("b", []), ("a", ["b"])], policies: policies), as: identity)
        await clock.advance(to: .seconds(5))
        await clock.advance(to: .seconds(10))
        let finished = try await record
        #expect(finished.steps.map(\.attempts) == [3, 4])
        #expect(finished.steps[1].error == "x, x")
    }

    @Test func aPushIsNeitherRetriedNorRepeated() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.fail("refused")]])
        let policies = [
            "a": policy {
                $0.retries = 3
                $0.repetitions = 3
            }
        ]
        let record = await runner(executor).run(
            try plan([("a", [])], policies: policies, pushes: ["a"]), as: identity)
        #expect(record.steps[0].attempts == 1)
        #expect(record.steps[0].error == "refused")
    }

    @Test func aStepThatHangsIsStoppedAtItsTimeLimit() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.hang]])
        async let record = runner(executor).run(
            try plan([("a", [])], policies: ["a": policy { $0.timeout = .seconds(3) }]), as: identity)
        await clock.advance(to: .seconds(3))
        let finished = try await record
        #expect(statuses(finished) == ["a failed"])
        #expect(finished.steps[0].error == "the step timed out after 3 s, its time limit")
        #expect(executor.log == ["start a", "stop a"])
    }

    @Test func theTimeLimitIsOneBudgetForAllTries() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.work(.seconds(2), thenFail: true)]])
        let policies = [
            "a": policy {
                $0.retries = 9
                $0.timeout = .seconds(8)
            }
        ]
        async let record = runner(executor).run(try plan([("a", [])], policies: policies), as: identity)
        await clock.sleeper(until: .seconds(8))
        await clock.advance(to: .seconds(2))
        await clock.advance(to: .seconds(7))
        await clock.advance(to: .seconds(8))
        let finished = try await record
        #expect(finished.steps[0].attempts == 2)
        #expect(
            finished.steps[0].error
                == "the step timed out after 8 s, its time limit; its last try failed: boom")
    }

    @Test func theStartDelayIsOutsideTheTimeLimit() async throws {
        let executor = ScriptedExecutor(clock: clock)
        let policies = [
            "a": policy {
                $0.startDelay = .seconds(2)
                $0.timeout = .seconds(1)
            }
        ]
        async let record = runner(executor).run(try plan([("a", [])], policies: policies), as: identity)
        await clock.advance(to: .seconds(2))
        let finished = try await record
        #expect(finished.status == .succeeded)
        #expect(finished.steps[0].startedAfter == 2)
    }

    @Test func aRunThatIsCancelledStillHasARecordOfEveryStep() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.hang]])
        let policies = ["b": policy { $0.startDelay = .seconds(9) }]
        let plan = try plan([("a", []), ("b", []), ("c", ["a"])], policies: policies)
        let runner = runner(executor)
        let identity = identity
        let run = Task { await runner.run(plan, as: identity) }
        await clock.sleeper(until: .seconds(1_000_000))
        run.cancel()
        let record = await run.value
        #expect(statuses(record) == ["a canceled", "b skipped", "c skipped"])
        #expect(record.status == .canceled)
        #expect(record.error == nil)
    }

    @Test func eventsTellTheStoryInOrder() async throws {
        let story = Mutex<[String]>([])
        let executor = ScriptedExecutor(clock: clock, ["a": [.fail("x"), .succeed]])
        let runner = runner(executor) { event in
            story.withLock { story in
                switch event {
                case .runStarted(let identity, let steps): story.append("run \(identity.id) of \(steps)")
                case .stepStarted(let id, let kind, let attempt): story.append("\(id) \(kind) \(attempt)")
                case .step: story.append("news")
                case .stepWillRetry(let id, let failure, let delay): story.append("\(id) \(failure) \(delay)")
                case .stepFinished(let id, let outcome, let duration):
                    story.append("\(id) \(outcome.status) \(duration)")
                case .runFinished(let record): story.append("\(record.status)")
                }
            }
        }
        let plan = try plan([("a", [])], policies: ["a": policy { $0.retries = 1 }])
        async let record = runner.run(plan, as: identity)
        await clock.advance(to: .seconds(5))
        _ = await record
        #expect(
            story.withLock { $0 } == [
                "run 7 of 1", "a build 1", "a x 5.0 seconds", "a build 2", "a successful 5.0 seconds",
                "succeeded",
            ])
    }

    @Test func noMoreThanTheWantedNumberOfStepsRunAtTheSameTime() async throws {
        let executor = ScriptedExecutor(
            clock: clock, ["a": [.work(.seconds(1))], "b": [.work(.seconds(3))], "c": [.work(.seconds(1))]])
        var limits = RunLimits()
        limits.jobs = 2
        let runner = TaskRunner(executor: executor, clock: clock, now: { 0 }, limits: limits)
        async let record = runner.run(try plan([("a", []), ("b", []), ("c", [])]), as: identity)
        await clock.sleeper(until: .seconds(3))
        await clock.advance(to: .seconds(1))
        await clock.advance(to: .seconds(2))
        await clock.advance(to: .seconds(3))
        #expect(try await record.steps.map(\.startedAfter) == [0, 0, 1])
    }

    @Test func theTimeLimitOfTheRunStopsStepsAndSaysSo() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.hang]])
        var limits = RunLimits()
        limits.timeout = .seconds(4)
        let runner = TaskRunner(executor: executor, clock: clock, now: { 0 }, limits: limits)
        async let record = runner.run(try plan([("a", []), ("b", ["a"])]), as: identity)
        await clock.sleeper(until: .seconds(1_000_000))
        await clock.advance(to: .seconds(4))
        let finished = try await record
        #expect(statuses(finished) == ["a canceled", "b skipped"])
        #expect(finished.status == .failed)
        #expect(
            finished.error == "the run timed out after 4 s, the time limit of the run; stopped at work: a")
    }

    @Test func aFailureIsAnsweredAndTheRunFailsAllTheSame() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.exit(3)]])
        let plan = try plan(
            [("a", []), ("rescue", ["a"]), ("other", ["a"])],
            conditions: ["rescue": StepCondition(exitedWith: [3], exitedWithout: [])])
        let record = await runner(executor).run(plan, as: identity)
        #expect(statuses(record) == ["a failed", "rescue successful", "other skipped"])
        #expect(record.status == .failed)
        #expect(record.steps.map(\.exitCode) == [3, 0, nil])
    }

    @Test func aStepThatRanOutOfTimeHasTheCode124() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.hang]])
        async let record = runner(executor).run(
            try plan([("a", [])], policies: ["a": policy { $0.timeout = .seconds(7) }]), as: identity)
        await clock.advance(to: .seconds(7))
        #expect(try await record.steps[0].exitCode == 124)
    }

    @Test func secretsAreInNoErrorOfTheRecord() async throws {
        let executor = ScriptedExecutor(clock: clock, ["a": [.fail("cannot log in with hunter22")]])
        let runner = TaskRunner(
            executor: executor, clock: clock, now: { 0 }, mask: SecretMask(["hunter22"]))
        let record = await runner.run(try plan([("a", [])]), as: identity)
        #expect(record.steps[0].error == "cannot log in with ***")
    }

    @Test func twoHundredStepsRunSideBySide() async throws {
        let executor = ScriptedExecutor(clock: clock)
        let steps = (0..<200).map { ("s\($0)", waitsFor: [String]()) }
        let record = await runner(executor).run(try plan(steps), as: identity)
        #expect(record.steps.count { $0.status == .successful } == 200)
    }
}
