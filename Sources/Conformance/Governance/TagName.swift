// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A tag and where it is.
package struct TagName: Hashable, Sendable {
    package let repository: RepositoryName
    package let tag: Tag

    package init(_ repository: RepositoryName, _ tag: Tag) {
        (self.repository, self.tag) = (repository, tag)
    }
}

extension TagName: CustomStringConvertible {
    /// `team/app:1.0`.
    package var description: String { "\(repository):\(tag)" }
}
