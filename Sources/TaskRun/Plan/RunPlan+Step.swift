// SPDX-License-Identifier: Apache-2.0

package import SourceText
package import TaskFile

extension RunPlan {
    /// One step, with its text understood.
    package struct Step: Sendable {
        package let id: StepID
        package let location: SourceLocation
        package let action: Action
        package let policy: StepPolicy
        /// The steps that must have ended first: successfully, unless there is a condition.
        package let dependencies: Set<StepID>
        /// nil for a step that only follows success.
        package let condition: StepCondition?
        /// What the step must leave for later ones, by name.
        package let outputs: [String]
        /// True when no other step can be at work at the same time, but for detached containers.
        package internal(set) var isAlone = false
        private let deferred: Deferred?

        /// What is left to read when the outputs of earlier steps are known.
        private struct Deferred: Sendable {
            let step: TaskStep
            let visible: [String: StepID]
            let reader: ActionReader
        }

        package init(
            id: StepID, location: SourceLocation, action: Action, policy: StepPolicy,
            dependencies: Set<StepID>, condition: StepCondition? = nil
        ) {
            self.id = id
            self.location = location
            self.action = action
            self.policy = policy
            self.dependencies = dependencies
            self.condition = condition
            outputs = []
            deferred = nil
        }

        init(
            _ step: TaskStep, action: Action, dependencies: Set<StepID>, visibleOutputs: [String: StepID],
            reader: ActionReader?
        ) {
            id = step.id
            location = step.location
            self.action = action
            policy = step.policy
            self.dependencies = dependencies
            condition = step.condition
            outputs = step.outputs.map(\.value)
            deferred = reader.map { Deferred(step: step, visible: visibleOutputs, reader: $0) }
        }

        private init(_ step: Step, action: Action) {
            id = step.id
            location = step.location
            self.action = action
            policy = step.policy
            dependencies = step.dependencies
            condition = step.condition
            outputs = step.outputs
            isAlone = step.isAlone
            deferred = nil
        }

        /// The step with the outputs of earlier steps in its text.
        ///
        /// `outputs`: by step, then by name.
        /// - Throws: A diagnostic when the text makes no sense with them.
        func resolved(with outputs: [StepID: [String: String]]) throws(Diagnostic) -> Step {
            guard let deferred else { return self }
            var values: [String: String] = [:]
            for (name, giver) in deferred.visible { values[name] = outputs[giver]?[name] }
            let step = try deferred.step.resolving(outputs: values)
            return Step(self, action: try deferred.reader.action(of: step, isFinal: true))
        }
    }
}
