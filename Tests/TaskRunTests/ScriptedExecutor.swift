// SPDX-License-Identifier: Apache-2.0

import SourceText
import Synchronization
import TaskFile
import TaskRun

/// Plays what a test says instead of doing something, and notes what happened in which order.
final class ScriptedExecutor: StepExecutor, Sendable {
    enum Act: Sendable {
        case succeed
        case fail(String)
        /// Fails with an exit code.
        case exit(Int)
        /// Works for a while, unless it is stopped.
        case work(Duration, thenFail: Bool = false)
        /// Works until it is stopped.
        case hang
    }

    private let clock: ManualClock
    private let script: [String: [Act]]
    private let notes = Mutex<[String]>([])
    private let counts = Mutex<[String: Int]>([:])

    /// The script has what each step does on its first try, its second, …; the last one counts for all later
    /// tries, and a step without an entry succeeds.
    init(clock: ManualClock, _ script: [String: [Act]] = [:]) {
        self.clock = clock
        self.script = script
    }

    /// `start ID`, `end ID`, `stop ID`.
    var log: [String] { notes.withLock { $0 } }

    func attempt(
        _ step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
    ) async -> StepAttempt {
        let name = step.id.name
        note("start \(name)")
        let number = counts.withLock { counts in
            counts[name, default: 0] += 1
            return counts[name, default: 1]
        }
        let acts = script[name] ?? [.succeed]
        switch acts[min(number, acts.count) - 1] {
        case .succeed: return end(name, failing: nil)
        case .fail(let message): return end(name, failing: message)
        case .exit(let code):
            note("end \(name)")
            return .failed(StepFailure("exit \(code)", exitCode: code))
        case .work(let duration, let fails): return await sleep(duration, name, failing: fails ? "boom" : nil)
        case .hang: return await sleep(.seconds(1_000_000), name, failing: nil)
        }
    }

    private func sleep(_ duration: Duration, _ name: String, failing message: String?) async -> StepAttempt {
        do {
            try await clock.sleep(for: duration)
            return end(name, failing: message)
        } catch {
            note("stop \(name)")
            return .failed(StepFailure("stopped"))
        }
    }

    private func end(_ name: String, failing message: String?) -> StepAttempt {
        note("end \(name)")
        return message.map { .failed(StepFailure($0)) } ?? .succeeded(StepProduct())
    }

    private func note(_ text: String) { notes.withLock { $0.append(text) } }
}

/// A plan of steps without content: `id` or `id: [dependencies]`.
func plan(
    _ steps: [(String, waitsFor: [String])], policies: [String: StepPolicy] = [:], pushes: Set<String> = [],
    conditions: [String: StepCondition] = [:]
) throws -> RunPlan {
    let place = SourceLocation(file: "task.yaml", line: 1)
    return RunPlan(
        steps: try steps.map { name, dependencies in
            RunPlan.Step(
                id: StepID(name), location: place,
                action: pushes.contains(name)
                    ? .push(try PushAction([]))
                    : .build(
                        try BuildAction(Located(BuildArguments(), at: place), options: ContainerOptions())),
                policy: policies[name] ?? StepPolicy(), dependencies: Set(dependencies.map { StepID($0) }),
                condition: conditions[name])
        })
}

func policy(_ change: (inout StepPolicy) -> Void) -> StepPolicy {
    var policy = StepPolicy()
    change(&policy)
    return policy
}
