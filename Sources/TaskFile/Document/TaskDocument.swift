// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// A task file, read and validated: what is to be done, and nothing of how.
package struct TaskDocument: Sendable {
    package let version: TaskVersion
    package let taskName: String
    /// In the order of the file.
    package let steps: [TaskStep]
    /// Which step waits for which.
    package let graph: TaskGraph
    /// The time limit of steps that have none of their own.
    package let stepTimeout: Duration
    package let secrets: [TaskSecret]
    package let volumes: [TaskVolume]
    package let networks: [TaskNetwork]
    /// What a person should know although the file is valid, in the order of the file.
    package let warnings: [Diagnostic]
}
