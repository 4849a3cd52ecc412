// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A tag in its repository, written `team/app:1.0`.
package struct TagName: Hashable, Sendable, CustomStringConvertible {
    package let repository: RepositoryName
    package let tag: Tag

    package init(_ repository: RepositoryName, _ tag: Tag) {
        self.repository = repository
        self.tag = tag
    }

    package var description: String { "\(repository):\(tag)" }
}
