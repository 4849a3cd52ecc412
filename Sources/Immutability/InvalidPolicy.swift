// SPDX-License-Identifier: Apache-2.0

/// A policy document with a field that cannot be.
package struct InvalidPolicy: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field's name, with an index for an element: `tags[1]`.
    package let field: String
    /// One lower-case clause.
    package let reason: String

    package init(field: String, _ reason: String) {
        self.field = field
        self.reason = reason
    }

    package var description: String { "\(field): \(reason)" }
}
