// SPDX-License-Identifier: Apache-2.0

/// Which step waits for which.
///
/// Steps only wait for earlier ones, so there are no cycles.
package struct TaskGraph: Hashable, Sendable {
    package struct Node: Hashable, Sendable {
        package let id: StepID
        /// The steps that must have succeeded first; empty for a step that starts at once.
        package let dependencies: Set<StepID>

        package init(id: StepID, dependencies: Set<StepID>) {
            self.id = id
            self.dependencies = dependencies
        }
    }

    /// In the order of the file.
    package let nodes: [Node]

    /// - Parameter nodes: Each names only nodes before it.
    package init(nodes: [Node]) {
        self.nodes = nodes
    }
}
