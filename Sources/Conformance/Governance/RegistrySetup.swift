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

    /// Takes note of a run whose places the operator has prepared; ``prepare(runID:)`` is not called then.
    func join(runID: String) async throws(SetupError)

    /// Whether a policy that a refusal names (`detail.policy`) is somebody else's: it is not of this run, and nobody
    /// said that it counts in its places. What it refused says nothing about what the case is after.
    func isForeign(_ policy: String) -> Bool

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

    /// Why no policy of the registry is put to the test, as one clause; nil when ``offers(_:)`` says which are.
    var untestedPolicies: String? { get }

    /// Why nobody can ask with these credentials (``attempt(_:on:as:)``), as one clause; nil when that is possible.
    func attemptLack(as credentials: Credentials?) -> String?

    /// Asks for a change of policies as somebody who does not administer the registry.
    ///
    /// What a registry wrongly does is undone before this returns.
    ///
    /// - Parameters:
    ///   - attempt: What is asked for.
    ///   - repository: The change would open it, or close it to others.
    ///   - credentials: Of whoever asks; nil for none.
    /// - Returns: How the registry answered; nil when there is nothing that could be changed.
    /// - Throws: When nothing was found out about the registry; the case is then inconclusive.
    func attempt(
        _ attempt: PolicyAttempt, on repository: RepositoryName, as credentials: Credentials?
    ) async throws(SetupError) -> AttemptOutcome?

    /// True for one whose registry tells what a policy would protect: ``preview(_:of:)``.
    var offersPreviews: Bool { get }

    /// Asks what would be protected if a policy stood; nothing is changed.
    ///
    /// - Returns: Those of the names that the registry says would be.
    /// - Throws: When the registry did not say; the case is then inconclusive.
    func preview(_ terms: PolicyTerms, of names: [TagName]) async throws(SetupError) -> Set<TagName>

    /// Puts back what it found; called once at the end, also after an interruption.
    func restore() async throws(SetupError)
}

extension RegistrySetup {
    /// Nothing that is known beforehand.
    package func plan(runID: String) throws(SetupError) -> SetupPlan {
        SetupPlan(places: SetupPlaces(immutable: nil, mutable: nil))
    }

    /// Nothing.
    package func join(runID: String) async throws(SetupError) {}

    /// False: most registries do not name their policies.
    package func isForeign(_ policy: String) -> Bool { false }

    /// Nothing: pushes make repositories.
    package func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {}

    package var untestedPolicies: String? { nil }

    /// None: most registries' rules are set once, when a run begins.
    package func offers(_ action: PolicyAction) -> Bool { false }

    /// Nothing is done that was not offered.
    package func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome {
        throw SetupError(untestedPolicies ?? "policies cannot be set here")
    }

    /// Nobody can: most APIs of operators have credentials of their own.
    package func attemptLack(as credentials: Credentials?) -> String? {
        "the API that sets policies does not take the credentials with which clients push"
    }

    package func attempt(
        _ attempt: PolicyAttempt, on repository: RepositoryName, as credentials: Credentials?
    ) async throws(SetupError) -> AttemptOutcome? { nil }

    /// False: most registries have no preview.
    package var offersPreviews: Bool { false }

    /// Nobody tells.
    package func preview(
        _ terms: PolicyTerms, of names: [TagName]
    ) async throws(SetupError) -> Set<TagName> {
        throw SetupError("there is no preview of policies here")
    }

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
    /// What earlier runs have left that did not come to their end, and what became of it: lines for a person.
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
