// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
package import SourceText

/// One line of a scenario: what is done, and what must come of it.
package struct Step: Sendable {
    let action: any StepAction
    /// Its place in the scenario, counted from 1: `2`, or `2.1` inside a repetition.
    let path: String
    /// True when it says what it expects.
    ///
    /// A step that does not is preparation: the case is skipped when the
    /// registry does not play along, for then nothing has been found out about the promise.
    let isCheck: Bool
    package let location: SourceLocation
}

/// What a step does, in a closed vocabulary: ``StepKeyword`` lists it.
protocol StepAction: Sendable {
    /// The parameters that it calls, and which numbers it can do with each.
    var bounds: [(String, CountBounds)] { get }

    /// The repositories in which it writes.
    var places: [Place] { get }

    /// The flows in which it pushes.
    var flows: [FlowReference] { get }

    /// How many images it pushes with these numbers, for an estimate of what a run sends.
    func pushes(_ numbers: [String: Int]) -> Int

    /// For people: `push b to v1 with docker-schema2`.
    func describe(in run: CaseRun) -> String

    /// - Throws: When no answer came, so that nothing can be said about the registry.
    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd
}

extension StepAction {
    /// Most steps count nothing.
    var bounds: [(String, CountBounds)] { [] }

    /// Most steps write nowhere.
    var places: [Place] { [] }

    /// Most steps push as many images as they name flows.
    func pushes(_ numbers: [String: Int]) -> Int { flows.count }

    /// Most steps push nothing.
    var flows: [FlowReference] { [] }
}

extension Step {
    /// Does the step, and tells preparation that failed from a promise that was broken.
    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        switch try await action.run(in: &run) {
        case .violated(let finding) where !isCheck: .unprepared(finding.at(self, in: run))
        case .violated(let finding): .violated(finding.at(self, in: run))
        case .unprepared(let finding): .unprepared(finding.at(self, in: run))
        case .inconclusive(let finding): .inconclusive(finding.at(self, in: run))
        case .passed: .passed
        }
    }
}

extension Finding {
    fileprivate func at(_ step: Step, in run: CaseRun) -> Finding {
        guard self.step == nil else { return self }
        var finding = self
        finding.step = step.path
        finding.action = step.action.describe(in: run)
        return finding
    }
}
