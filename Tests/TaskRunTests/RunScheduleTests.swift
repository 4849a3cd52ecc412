// SPDX-License-Identifier: Apache-2.0

import TaskFile
import TaskRun
import Testing

@Suite struct RunScheduleTests {
    @Test func stepsAreReadyWhenAllThatTheyWaitForHasEnded() throws {
        var schedule = RunSchedule(
            try plan([("a", []), ("b", []), ("c", ["a", "b"]), ("d", ["c"]), ("e", ["a"])]))
        #expect(schedule.takeReady().map(\.name) == ["a", "b"])
        #expect(schedule.takeReady().isEmpty)
        schedule.finish(StepID("a"))
        #expect(schedule.takeReady().map(\.name) == ["e"])
        schedule.finish(StepID("b"))
        #expect(schedule.takeReady().map(\.name) == ["c"])
        schedule.finish(StepID("e"))
        schedule.finish(StepID("c"))
        #expect(schedule.takeReady().map(\.name) == ["d"])
    }

    @Test func nothingIsReadyAfterAFailure() throws {
        var schedule = RunSchedule(try plan([("a", []), ("b", []), ("c", ["b"])]))
        _ = schedule.takeReady()
        schedule.stop(at: StepID("a"))
        schedule.finish(StepID("b"))
        #expect(schedule.takeReady().isEmpty)
        #expect(schedule.isStopped)
    }
}
