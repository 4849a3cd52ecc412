// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// Prepares a registry for scenarios, in the way its operators do, and puts it back as it was.
///
/// One seam for all registries: an adapter speaks the API of one of them.
package protocol RegistrySetup: Sendable {
    /// Makes the places where the scenarios of a run live.
    func prepare(runID: String) async throws(SetupError) -> SetupPlaces

    /// Makes a repository where pushes do not.
    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError)

    /// Whether this registry has policies that can say this. False skips the case.
    func offers(_ action: PolicyAction) -> Bool

    /// - Returns: When the registry has answered: `.done` means that the action is in effect.
    /// - Throws: When nothing was found out about the registry; the case is then inconclusive.
    func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome

    /// Puts back what it found; called once at the end, also after an interruption.
    func restore() async throws(SetupError)
}

/// Where scenarios live.
package struct SetupPlaces: Sendable {
    /// Repositories under it are write-once; nil for all of the registry.
    package var immutable: RepositoryName?
    /// Repositories under it have no policy; nil when there is no such place.
    package var mutable: RepositoryName?

    package init(immutable: RepositoryName?, mutable: RepositoryName?) {
        self.immutable = immutable
        self.mutable = mutable
    }
}

/// A registry could not be prepared, or its policies not be changed.
package struct SetupError: Error, Sendable, CustomStringConvertible {
    /// One clause: what failed, where, and what to do.
    package let description: String

    package init(_ description: String) { self.description = description }
}
