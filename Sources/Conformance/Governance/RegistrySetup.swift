// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import RegistryTransport

/// Prepares a registry for scenarios, in the way its operators do, and puts it back as it was.
///
/// One seam for all registries: an adapter speaks the API of one of them.
package protocol RegistrySetup: Sendable {
    /// What it will do in a run; sends nothing.
    func plan(runID: String) throws(SetupError) -> SetupPlan

    /// Makes the places where the scenarios of a run live.
    func prepare(runID: String) async throws(SetupError) -> SetupPlaces

    /// Makes a repository where pushes do not.
    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError)

    /// Makes a tag stand that was just pushed to a write-once repository, where the registry knows no other way.
    ///
    /// Source: Azure Container Registry documentation, "Lock a container image".
    func protect(_ tag: Tag, _ digest: Digest, in repository: RepositoryName) async throws(SetupError)

    /// Whether this registry has policies that can say this. False skips the case.
    func offers(_ action: PolicyAction) -> Bool

    /// - Returns: When the registry has answered: `.done` means that the action is in effect.
    /// - Throws: When nothing was found out about the registry; the case is then inconclusive.
    func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome

    /// True for one that knows how to ask as somebody else: ``attempt(_:on:as:)``.
    var offersAttempts: Bool { get }

    /// Asks for a change of policies as somebody who does not administer the registry.
    ///
    /// What a registry wrongly does is undone before this returns.
    ///
    /// - Parameters:
    ///   - attempt: What is asked for.
    ///   - repository: The change would open it, or close it to others.
    ///   - credentials: Of whoever asks; nil for none.
    /// - Returns: How the registry answered; nil when these credentials cannot be shown to its API.
    /// - Throws: When nothing was found out about the registry; the case is then inconclusive.
    func attempt(
        _ attempt: PolicyAttempt, on repository: RepositoryName, as credentials: Credentials?
    ) async throws(SetupError) -> AttemptOutcome?

    /// Puts back what it found; called once at the end, also after an interruption.
    func restore() async throws(SetupError)
}

extension RegistrySetup {
    /// Nothing that is known beforehand.
    package func plan(runID: String) throws(SetupError) -> SetupPlan {
        SetupPlan(places: SetupPlaces(immutable: nil, mutable: nil))
    }

    /// False: most APIs of operators have credentials of their own.
    package var offersAttempts: Bool { false }

    /// Nobody can be asked as.
    package func attempt(
        _ attempt: PolicyAttempt, on repository: RepositoryName, as credentials: Credentials?
    ) async throws(SetupError) -> AttemptOutcome? { nil }

    /// Nothing: what was pushed stands already.
    package func protect(
        _ tag: Tag, _ digest: Digest, in repository: RepositoryName
    ) async throws(SetupError) {}
}

/// Where scenarios live.
package struct SetupPlaces: Sendable {
    /// Repositories under it are write-once; nil for all of the registry.
    package var immutable: RepositoryName?
    /// Repositories under it have no policy; nil when there is no such place.
    package var mutable: RepositoryName?
    /// What earlier runs have left that did not come to their end, and what became of it, each in one line.
    package var leftovers: [String] = []

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

    /// The first line: without the hint.
    var clause: String { String(description.prefix { $0 != "\n" }) }

    /// What another room throws as a setup's own error.
    static func wrap<Value>(_ body: () throws -> Value) throws(SetupError) -> Value {
        do {
            return try body()
        } catch {
            throw SetupError("\(error)")
        }
    }
}
