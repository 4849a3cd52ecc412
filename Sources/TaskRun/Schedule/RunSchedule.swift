// SPDX-License-Identifier: Apache-2.0

package import TaskFile

/// Which step may start when: a state machine that knows nothing of time or work.
///
/// An ordinary step starts when all that it waits for has succeeded. A step with a condition starts when all
/// that it waits for has ended, with exit codes that the condition is about. A step that cannot start any more
/// is given up, and so is all that waits for it.
package struct RunSchedule: Sendable {
    private enum State: Sendable {
        case waiting
        case started
        /// A failure that counts as success has the code of the failure.
        case succeeded(exitCode: Int)
        case failed(exitCode: Int)
        case givenUp
    }

    private let order: [RunPlan.Step]
    private var states: [StepID: State] = [:]
    private var startedCount = 0
    /// True when a step failed: only steps that have a condition on a failed step start from now on.
    package private(set) var hasFailed = false

    package init(_ plan: RunPlan) {
        order = plan.steps
        for step in order { states[step.id] = .waiting }
    }

    /// Takes the steps that can start now, in the order of the file; each is given once.
    ///
    /// `limit`: how many steps may be at work at the same time, those that are counted.
    package mutating func takeReady(atMost limit: Int = .max) -> [StepID] {
        var ready: [StepID] = []
        for step in order where startedCount < limit {
            guard case .waiting? = states[step.id] else { continue }
            switch decide(step) {
            case .wait: continue
            case .giveUp: states[step.id] = .givenUp
            case .start:
                states[step.id] = .started
                startedCount += 1
                ready.append(step.id)
            }
        }
        return ready
    }

    /// Notes that a started step ended well, or that its failure counts as success.
    package mutating func succeed(_ id: StepID, exitCode: Int = 0) {
        end(id, as: .succeeded(exitCode: exitCode))
    }

    /// Notes that a started step failed.
    package mutating func fail(_ id: StepID, exitCode: Int = 1) {
        end(id, as: .failed(exitCode: exitCode))
        hasFailed = true
    }

    /// True while a failure may still be answered by a step that has a condition on it.
    package var hasAnswers: Bool {
        order.contains { step in
            guard case .waiting? = states[step.id], answersFailure(step) else { return false }
            if case .giveUp = decide(step) { return false }
            return step.dependencies.allSatisfy { id in
                switch states[id] {
                case .started, .succeeded, .failed: true
                default: false
                }
            }
        }
    }

    private mutating func end(_ id: StepID, as state: State) {
        states[id] = state
        startedCount -= 1
    }

    private enum Decision { case wait, start, giveUp }

    private func decide(_ step: RunPlan.Step) -> Decision {
        guard let condition = step.condition else { return hasFailed ? .wait : decideOrdinary(step) }
        guard !hasFailed || answersFailure(step) else { return .wait }
        var codes: [Int] = []
        for id in step.dependencies {
            switch states[id] {
            case .succeeded(let code), .failed(let code): codes.append(code)
            case .givenUp: return .giveUp
            default: return .wait
            }
        }
        return condition.holds(forExitCodes: codes) ? .start : .giveUp
    }

    private func decideOrdinary(_ step: RunPlan.Step) -> Decision {
        var decision = Decision.start
        for id in step.dependencies {
            switch states[id] {
            case .succeeded: continue
            case .givenUp: return .giveUp
            default: decision = .wait
            }
        }
        return decision
    }

    private func answersFailure(_ step: RunPlan.Step) -> Bool {
        step.condition != nil
            && step.dependencies.contains { if case .failed? = states[$0] { true } else { false } }
    }
}
