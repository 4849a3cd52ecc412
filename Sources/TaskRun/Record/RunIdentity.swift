// SPDX-License-Identifier: Apache-2.0

/// Which run of which task.
package struct RunIdentity: Hashable, Sendable {
    /// What the run is called; `.Run.ID` of its task file.
    package let id: String
    package let taskName: String

    package init(id: String, taskName: String) {
        self.id = id
        self.taskName = taskName
    }
}
