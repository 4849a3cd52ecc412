// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Sets policies by the admin API of `stet serve`.
///
/// Source: docs/admin-api.md.
final class StetSetup: RegistrySetup {
    let api: AdminAPI
    private let isLocal: Bool
    /// The scopes whose policies this run has made.
    let made = Made<PolicyPlace>("the policy for")
    /// Seconds since 1970.
    let now: @Sendable () -> Int64
    /// What is known of the run.
    private let run = Mutex(Run())

    private struct Run {
        var id = "unnamed"
        /// The scopes whose policies counted before the run, where its places were given: they are the operator's
        /// word on these places.
        var given: Set<String> = []
    }

    var runID: String { run.withLock { $0.id } }

    init(_ settings: SetupSettings) throws(SetupError) {
        let token = try settings.required(
            "STET_ADMIN_TOKEN", "the content of admin-token in the registry's data folder")
        var base = settings.registry
        base.path = "/api/v1"
        isLocal = base.isLoopback
        now = settings.now
        api = AdminAPI(
            base: base, transport: settings.transport, headers: AdminAPI.bearer(token),
            advice: AdminAPI.Advice(
                login: "$STET_ADMIN_TOKEN must be the content of admin-token in the registry's data folder"),
            pause: settings.pause)
    }

    func plan(runID: String) throws(SetupError) -> SetupPlan {
        let (frozen, open) = ("stet-certify/\(runID)/frozen", "stet-certify/\(runID)/open")
        let places = try SetupError.wrap {
            SetupPlaces(immutable: try RepositoryName(frozen), mutable: try RepositoryName(open))
        }
        return SetupPlan(places: places)
            .calling(
                .before, "GET \(api.base)/policies/registry", "sees that the registry is not all write-once"
            )
            .calling(
                .before, "GET \(api.base)/policies", "sees what runs have left that did not come to their end"
            )
            .calling(
                .before, "DELETE \(api.base)/policies/{scope}",
                "removes it, when that run is over for certain"
            )
            .calling(.before, "POST \(api.base)/policies", "makes a policy for the namespace \(frozen)")
            .calling(
                .repository, "POST \(api.base)/policies", "makes the policies of a scenario for governed"
            )
            .calling(.repository, "PATCH \(api.base)/policies/{scope}", "changes them")
            .calling(.repository, "DELETE \(api.base)/policies/{scope}", "removes them")
            .calling(
                .repository, "PATCH \(api.base)/policies/{scope}",
                "asks for it as the writer, too, who must be turned away; so with POST and DELETE"
            )
            .calling(
                .repository, "POST \(api.base)/preview", "asks what a policy would protect; changes nothing"
            )
            .calling(.after, "DELETE \(api.base)/policies/{scope}", "removes the policies that are left")
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        run.withLock { $0.id = runID }
        let removed = try await requireMutableRegistry()
        var places = try plan(runID: runID).places
        places.leftovers = removed + (try await removeLeftovers(besides: runID))
        guard let frozen = places.immutable else { return places }
        if case .refused(let words) = try await perform(.create(PolicyTerms(.namespace(frozen)))) {
            throw SetupError("the policy for namespace/\(frozen) was refused: \(words)")
        }
        return places
    }

    /// The operator's own policies say what the places are worth.
    func join(runID: String) async throws(SetupError) {
        let list = try await api.send(.get, "/policies")
        let policies = list.body?["policies"]?.array ?? []
        let scopes = policies.filter { RegistryLease(in: $0) == nil }.compactMap { $0["scope"]?.string }
        run.withLock { $0 = Run(id: runID, given: Set(scopes)) }
    }

    func isForeign(_ policy: String) -> Bool {
        let run = self.run.withLock { $0 }
        if run.given.contains(policy) { return false }
        if policy == "\(PolicyPlace.registry)" { return !made.contains(.registry) }
        return !policy.split(separator: "/").contains { $0 == run.id }
    }

    /// A policy for all of a registry that others use, too, would stop their pushes.
    func offers(_ action: PolicyAction) -> Bool {
        switch action {
        case .create(let terms), .change(let terms): terms.place != .registry || isLocal
        case .enable(let place), .disable(let place), .delete(let place): place != .registry || isLocal
        }
    }

    func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome {
        switch action {
        case .create(let terms) where terms.place == .registry: return try await createForRegistry(terms)
        case .delete(.registry): return try await deleteForRegistry()
        case .create(let terms):
            let answer: AdminAPI.Answer
            do throws(SetupError) {
                answer = try await api.send(.post, "/policies", StetSetup.json(terms, withScope: true))
            } catch {
                // It may have had its effect.
                made.insert(terms.place)
                throw error
            }
            if answer.status == 201 { made.insert(terms.place) }
            return try outcome(answer, done: 201)
        case .change(let terms):
            return try await change(terms.place, StetSetup.json(terms, withScope: false))
        case .enable(let place): return try await change(place, .object(["enabled": .bool(true)]))
        case .disable(let place): return try await change(place, .object(["enabled": .bool(false)]))
        case .delete(let place):
            let answer = try await api.send(.delete, "/policies/\(place)")
            if answer.status == 204 { made.remove(place) }
            return try outcome(answer, done: 204)
        }
    }

    func restore() async throws(SetupError) {
        try await made.removeAll { place throws(SetupError) in
            guard place != .registry else {
                _ = try await self.deleteForRegistry()
                return
            }
            _ = try await self.api.demand([204, 404], .delete, "/policies/\(place)")
        }
    }

    private func change(_ place: PolicyPlace, _ members: JSONValue) async throws(SetupError) -> PolicyOutcome
    {
        try outcome(try await api.send(.patch, "/policies/\(place)", members), done: 200)
    }

    func outcome(_ answer: AdminAPI.Answer, done: Int) throws(SetupError) -> PolicyOutcome {
        switch answer.status {
        case done: return .done
        case 400, 404, 409, 412: return .refused(answer.words)
        default: throw answer.failure
        }
    }

    static func json(_ terms: PolicyTerms, withScope: Bool) -> JSONValue {
        var members: [String: JSONValue] = [:]
        if withScope { members["scope"] = .string(terms.place.description) }
        if let isEnabled = terms.isEnabled { members["enabled"] = .bool(isEnabled) }
        for (name, patterns) in [
            ("images", terms.images), ("tags", terms.tags), ("exceptTags", terms.exceptTags),
        ] {
            if let patterns { members[name] = .array(patterns.map { .string($0) }) }
        }
        for (name, allows) in [
            ("identicalPush", terms.allowsIdenticalPush), ("deletion", terms.allowsDeletion),
            ("reuse", terms.allowsReuse),
        ] {
            if let allows { members[name] = .string(allows ? "allow" : "deny") }
        }
        return .object(members)
    }
}
