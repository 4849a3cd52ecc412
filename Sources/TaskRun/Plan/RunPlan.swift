// SPDX-License-Identifier: Apache-2.0

package import SourceText
package import TaskFile

/// What a run will do: every step of a task with all that its text says already understood.
package struct RunPlan: Sendable {
    package struct Step: Sendable {
        package let id: StepID
        package let location: SourceLocation
        package let action: Action
        package let policy: StepPolicy
        /// The steps that must have succeeded first.
        package let dependencies: Set<StepID>

        package init(
            id: StepID, location: SourceLocation, action: Action, policy: StepPolicy,
            dependencies: Set<StepID>
        ) {
            self.id = id
            self.location = location
            self.action = action
            self.policy = policy
            self.dependencies = dependencies
        }
    }

    package enum Action: Sendable {
        case build(BuildAction)
        case push(PushAction)

        /// The key that the task file has for it.
        package var kind: String {
            switch self {
            case .build: "build"
            case .push: "push"
            }
        }
    }

    /// In the order of the file.
    package let steps: [Step]

    /// - Parameter steps: Each waits only for steps before it.
    package init(steps: [Step]) {
        self.steps = steps
    }

    /// Plans a task.
    ///
    /// - Throws: Everything that a step asks for and cannot have, before anything was done.
    package init(_ document: TaskDocument) throws(Diagnostics) {
        var problems: [Diagnostic] = []
        var steps: [Step] = []
        for (step, node) in zip(document.steps, document.graph.nodes) {
            do {
                steps.append(
                    Step(
                        id: step.id, location: step.location, action: try Self.action(of: step),
                        policy: step.policy, dependencies: node.dependencies))
            } catch {
                problems.append(error)
            }
        }
        if let errors = Diagnostics(errorsIn: problems) { throw errors }
        self.steps = steps
    }

    private static func action(of step: TaskStep) throws(Diagnostic) -> Action {
        switch step.action {
        case .command(let text):
            throw Diagnostic(
                at: text.location, "cmd steps are not supported yet: the step \"\(step.id)\" cannot run",
                hint: "build and push steps are")
        case .build(let arguments): return .build(try BuildAction(arguments, options: step.container))
        case .push(let names): return .push(try PushAction(names))
        }
    }
}
