// SPDX-License-Identifier: Apache-2.0

package import TaskFile

/// Which step may start when: a state machine that knows nothing of time or work.
package struct RunSchedule: Sendable {
    private enum State: Sendable {
        case waiting(on: Set<StepID>)
        case started
        case finished
    }

    private let order: [StepID]
    private var states: [StepID: State] = [:]
    /// True when a step failed: nothing starts any more.
    package private(set) var isStopped = false

    package init(_ plan: RunPlan) {
        order = plan.steps.map(\.id)
        for step in plan.steps { states[step.id] = .waiting(on: step.dependencies) }
    }

    /// Takes the steps that can start now, in the order of the file.
    ///
    /// Each is given once.
    package mutating func takeReady() -> [StepID] {
        guard !isStopped else { return [] }
        var ready: [StepID] = []
        for id in order {
            if case .waiting(let others)? = states[id], others.isEmpty {
                states[id] = .started
                ready.append(id)
            }
        }
        return ready
    }

    /// Notes that a started step ended well: those that waited for it wait no more.
    package mutating func finish(_ id: StepID) {
        states[id] = .finished
        for (other, state) in states {
            if case .waiting(var others) = state, others.remove(id) != nil {
                states[other] = .waiting(on: others)
            }
        }
    }

    /// Notes that a started step did not end well.
    package mutating func stop(at id: StepID) {
        states[id] = .finished
        isStopped = true
    }
}
