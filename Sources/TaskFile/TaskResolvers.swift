// SPDX-License-Identifier: Apache-2.0

/// The two things that a task file names and only the outside can get.
package struct TaskResolvers: Sendable {
    /// The text of an alias source: a path, or an `http://` or `https://` URL.
    package var aliasSource: @Sendable (_ name: String) async throws(TaskResolveError) -> String
    /// The value of a secret.
    package var secret: @Sendable (_ secret: TaskSecret) async throws(TaskResolveError) -> String

    package init(
        aliasSource: @escaping @Sendable (String) async throws(TaskResolveError) -> String,
        secret: @escaping @Sendable (TaskSecret) async throws(TaskResolveError) -> String
    ) {
        self.aliasSource = aliasSource
        self.secret = secret
    }

    /// Refuses everything: for texts that must stand alone.
    package static let none = TaskResolvers(
        aliasSource: { _ throws(TaskResolveError) in
            throw TaskResolveError("alias sources are not available here")
        },
        secret: { _ throws(TaskResolveError) in throw TaskResolveError("secrets are not available here") })
}

/// Why something outside a task file could not be had.
package struct TaskResolveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One lower-case clause.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
