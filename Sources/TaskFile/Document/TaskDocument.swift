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
    /// A network outside the task that steps without one of their own join.
    package let externalNetwork: String?
    /// Everything that no log may show: secrets, and what the volumes hold.
    package let secretTexts: [String]
    /// What a person should know although the file is valid, in the order of the file.
    package let warnings: [Diagnostic]
}
