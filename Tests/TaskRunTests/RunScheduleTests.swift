// SPDX-License-Identifier: Apache-2.0

import TaskFile
import TaskRun
import Testing

@Suite struct RunScheduleTests {
    private func names(_ ids: [StepID]) -> [String] { ids.map(\.name) }

    private func schedule(
        _ steps: [(String, waitsFor: [String])], conditions: [String: StepCondition] = [:]
    ) throws -> RunSchedule {
        RunSchedule(try plan(steps, conditions: conditions))
    }

    private func exited(with codes: Set<Int> = [], without others: Set<Int> = []) -> StepCondition {
        StepCondition(exitedWith: codes, exitedWithout: others)
    }

    @Test func stepsAreGivenOnceAndInTheOrderOfTheFile() throws {
        var schedule = try schedule([("a", []), ("b", []), ("c", ["a"]), ("d", ["a", "b"])])
        #expect(names(schedule.takeReady()) == ["a", "b"])
        #expect(schedule.takeReady().isEmpty)
        schedule.succeed(StepID("a"))
        #expect(names(schedule.takeReady()) == ["c"])
        schedule.succeed(StepID("b"))
        #expect(names(schedule.takeReady()) == ["d"])
    }

    @Test func nothingStartsAfterAFailure() throws {
        var schedule = try schedule([("a", []), ("b", []), ("c", ["b"])])
        _ = schedule.takeReady()
        schedule.fail(StepID("a"))
        schedule.succeed(StepID("b"))
        #expect(schedule.takeReady().isEmpty)
        #expect(schedule.hasFailed && !schedule.hasAnswers)
    }

    @Test func noMoreThanTheLimitAreAtWork() throws {
        var schedule = try schedule([("a", []), ("b", []), ("c", [])])
        #expect(names(schedule.takeReady(atMost: 2)) == ["a", "b"])
        #expect(schedule.takeReady(atMost: 2).isEmpty)
        schedule.succeed(StepID("b"))
        #expect(names(schedule.takeReady(atMost: 2)) == ["c"])
    }

    private static let codes: [(with: Set<Int>, without: Set<Int>, code: Int, starts: Bool)] = [
        ([3], [], 3, true), ([3], [], 0, false), ([], [0], 3, true), ([], [3], 3, false),
        ([0], [], 0, true), ([1, 3], [3], 3, false),
    ]

    @Test(arguments: codes)
    func aConditionIsAboutTheExitCode(with: Set<Int>, without: Set<Int>, code: Int, starts: Bool) throws {
        var schedule = try schedule(
            [("a", []), ("b", ["a"])], conditions: ["b": exited(with: with, without: without)])
        _ = schedule.takeReady()
        if code == 0 { schedule.succeed(StepID("a")) } else { schedule.fail(StepID("a"), exitCode: code) }
        #expect(schedule.hasAnswers == (code != 0 && starts))
        #expect(names(schedule.takeReady()) == (starts ? ["b"] : []))
    }

    @Test func anIgnoredFailureKeepsItsCodeForConditions() throws {
        var schedule = try schedule(
            [("a", []), ("b", ["a"]), ("c", ["a"])], conditions: ["b": exited(with: [7])])
        _ = schedule.takeReady()
        schedule.succeed(StepID("a"), exitCode: 7)
        #expect(names(schedule.takeReady()) == ["b", "c"])
    }

    @Test func whatWaitsForAStepThatIsGivenUpIsGivenUp() throws {
        var schedule = try schedule(
            [("a", []), ("b", ["a"]), ("c", ["b"]), ("d", ["a"])], conditions: ["b": exited(with: [7])])
        _ = schedule.takeReady()
        schedule.succeed(StepID("a"))
        #expect(names(schedule.takeReady()) == ["d"])
        schedule.succeed(StepID("d"))
        #expect(schedule.takeReady().isEmpty && !schedule.hasFailed)
    }

    @Test func afterAFailureOnlyItsAnswersRun() throws {
        var schedule = try schedule(
            [("a", []), ("b", []), ("answer", ["a"]), ("other", ["b"]), ("after", ["answer"])],
            conditions: ["answer": exited(without: [0]), "other": exited()])
        _ = schedule.takeReady()
        schedule.fail(StepID("a"))
        #expect(schedule.hasAnswers)
        schedule.succeed(StepID("b"))
        #expect(names(schedule.takeReady()) == ["answer"])
        schedule.succeed(StepID("answer"))
        #expect(schedule.takeReady().isEmpty)
    }
}
