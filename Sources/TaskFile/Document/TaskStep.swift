// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// One step of a task.
package struct TaskStep: Sendable {
    package let id: StepID
    /// Where the step starts in the file.
    package let location: SourceLocation
    package internal(set) var action: Action
    package let policy: StepPolicy
    package internal(set) var container: ContainerOptions
    /// Nil for a step that runs when all that it waits for has succeeded.
    package let condition: StepCondition?
    /// Names of the values that the step hands to later ones.
    package let outputs: [Located<String>]
    /// What `$NAME` stands for in the text of a `cmd`: nothing before `resolving(outputs:)`.
    package internal(set) var variables: [String: String] = [:]
    /// Names, and the earlier steps that give each.
    let visibleOutputs: [String: StepID]
    /// Of a build step, as written.
    let buildText: Located<String>?
    let source: TaskSource

    /// Where a part of the text stands in the file.
    func place(of fragment: String, from start: SourceLocation, lineCount: Int) -> SourceLocation {
        source.place(of: fragment, from: start, lineCount: lineCount)
    }

    package enum Action: Sendable {
        /// A container to run: flags, image and arguments as one text.
        case command(Located<String>)
        /// An image to build.
        case build(Located<BuildArguments>)
        /// Images to publish, in this order; names as written.
        case push([Located<String>])

        /// The key that the file has for it.
        package var kind: String {
            switch self {
            case .command: "cmd"
            case .build: "build"
            case .push: "push"
            }
        }
    }
}

/// When a step starts, how often it runs and how long it may.
package struct StepPolicy: Hashable, Sendable {
    /// One budget for all tries and repetitions together; neither `startDelay` nor a pull counts.
    package var timeout = Duration.seconds(600)
    package var startDelay = Duration.zero
    /// Tries after the first one that fails.
    package var retries = 0
    package var retryDelay = Duration.seconds(5)
    /// When not empty, a failed try is repeated only if its output has one of these.
    package var retryOnErrors: [String] = []
    /// Full executions after the first.
    package var repetitions = 0
    /// A failure counts as success.
    package var ignoresErrors = false

    /// What a step has that says nothing.
    package init() {}
}
