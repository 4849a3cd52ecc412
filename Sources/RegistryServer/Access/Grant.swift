// SPDX-License-Identifier: Apache-2.0

package import Immutability
package import OCISpec

/// A right to every repository that a pattern names.
package struct Grant: Hashable, Sendable {
    package let repositories: Pattern
    package let may: Right
}

extension Collection<Grant> {
    /// True when one of the grants gives the right; none takes one away.
    package func allow(_ right: Right, in repository: RepositoryName) -> Bool {
        contains { right <= $0.may && $0.repositories.matches(repository.rawValue) }
    }
}
