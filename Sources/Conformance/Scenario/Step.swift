// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
package import SourceText

/// One line of a scenario: what is done, and what must come of it.
package struct Step: Sendable {
    let action: any StepAction
    /// As whom it is done; nil for whoever does the steps around it, who is the writer in the end.
    let role: Role?
    /// Its place in the scenario, counted from 1: `2`, or `2.1` inside a repetition.
    let path: String
    /// True when it says what it expects.
    ///
    /// A step that does not, or that assumes it, is preparation: the case is skipped when the
    /// registry does not play along, for then nothing has been found out about the promise.
    let isCheck: Bool
    package let location: SourceLocation
}

/// What a step does, in a closed vocabulary: ``StepKeyword`` lists it.
protocol StepAction: Sendable {
    /// The parameters that it calls, and which numbers it can do with each.
    var bounds: [(String, CountBounds)] { get }

    /// The steps inside it.
    var steps: [Step] { get }

    /// The repositories in which it writes.
    var places: [Place] { get }

    /// The flows in which it pushes.
    var flows: [FlowReference] { get }

    /// What it sends in a case, by whom and how often it may be.
    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate

    /// For people: `push b to v1 with docker-schema2`.
    func describe(in run: CaseRun) -> String

    /// - Throws: When no answer came, so that nothing can be said about the registry.
    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd
}

extension StepAction {
    /// Most steps count nothing.
    var bounds: [(String, CountBounds)] { [] }

    /// Most steps have none inside.
    var steps: [Step] { [] }

    /// Most steps write nowhere.
    var places: [Place] { [] }

    /// Most steps ask a question or two.
    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate { TrafficEstimate(requests: 2) }

    /// Most steps push nothing.
    var flows: [FlowReference] { [] }
}

extension Step {
    /// For people: `push b to v1 with docker-schema2, as reader`.
    func description(in run: CaseRun) -> String {
        action.describe(in: run) + (role.map { ", as \($0.rawValue)" } ?? "")
    }

    /// Everybody as whom it and the steps inside it are done, besides the writer.
    var roles: Set<Role> {
        Set([role].compactMap(\.self)).union(action.steps.flatMap(\.roles)).subtracting([.writer])
    }

    /// Does the step, and tells preparation that failed from a promise that was broken.
    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let before = run.role
        run.role = role ?? before
        defer { run.role = before }
        return switch try await action.run(in: &run) {
        case .violated(let finding) where !isCheck: .unprepared(finding.at(self, in: run))
        case .violated(let finding): .violated(finding.at(self, in: run))
        case .unprepared(let finding): .unprepared(finding.at(self, in: run))
        case .inapplicable(let finding): .inapplicable(finding.at(self, in: run))
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
        finding.action = step.description(in: run)
        return finding
    }
}
