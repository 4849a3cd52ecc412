// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Sets policies by the admin API of `stet serve`.
///
/// Source: docs/admin-api.md.
final class StetSetup: RegistrySetup {
    private let api: AdminAPI
    private let isLocal: Bool
    /// The scopes whose policies this run has made.
    private let made = Mutex<Set<PolicyPlace>>([])

    init(_ settings: SetupSettings) throws(SetupError) {
        let token = try settings.required(
            "STET_ADMIN_TOKEN", "the content of admin-token in the registry's data folder")
        var base = settings.registry
        base.path = "/api/v1"
        isLocal = base.isLoopback
        api = AdminAPI(
            base: base, transport: settings.transport, headers: ["Authorization": "Bearer \(token)"])
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        let whole = try await api.send(.get, "/policies/registry")
        if whole.status == 200, whole.body?["enabled"] == .bool(true) {
            throw SetupError(
                """
                the registry has a policy for all of it, so no repository is mutable
                  hint: certify a registry without one, or switch it off meanwhile: stet policy disable registry
                """)
        }
        guard whole.status == 200 || whole.status == 404 else { throw whole.failure }
        let names = try SetupError.wrap {
            (
                try RepositoryName("stet-certify/\(runID)/frozen"),
                try RepositoryName("stet-certify/\(runID)/open")
            )
        }
        guard case .done = try await perform(.create(PolicyTerms(.namespace(names.0)))) else {
            throw SetupError("the policy for namespace/\(names.0) was refused")
        }
        return SetupPlaces(immutable: names.0, mutable: names.1)
    }

    /// Pushes make them.
    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {}

    /// A policy for all of a registry that others use, too, would stop their pushes.
    func offers(_ action: PolicyAction) -> Bool {
        switch action {
        case .create(let terms), .change(let terms): terms.place != .registry || isLocal
        case .enable(let place), .disable(let place), .delete(let place): place != .registry || isLocal
        }
    }

    func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome {
        switch action {
        case .create(let terms):
            let answer = try await api.send(.post, "/policies", StetSetup.json(terms, withScope: true))
            if answer.status == 201 { made.withLock { _ = $0.insert(terms.place) } }
            return try outcome(answer, done: 201)
        case .change(let terms):
            return try await change(terms.place, StetSetup.json(terms, withScope: false))
        case .enable(let place): return try await change(place, .object(["enabled": .bool(true)]))
        case .disable(let place): return try await change(place, .object(["enabled": .bool(false)]))
        case .delete(let place):
            let answer = try await api.send(.delete, "/policies/\(place)")
            if answer.status == 204 { made.withLock { _ = $0.remove(place) } }
            return try outcome(answer, done: 204)
        }
    }

    func restore() async throws(SetupError) {
        var left: [String] = []
        for place in made.withLock({ $0 }) {
            do throws(SetupError) {
                _ = try await api.demand([204, 404], .delete, "/policies/\(place)")
                made.withLock { _ = $0.remove(place) }
            } catch {
                left.append("the policy for \(place): \(error)")
            }
        }
        if !left.isEmpty { throw SetupError(left.joined(separator: "; ")) }
    }

    private func change(_ place: PolicyPlace, _ members: JSONValue) async throws(SetupError) -> PolicyOutcome
    {
        try outcome(try await api.send(.patch, "/policies/\(place)", members), done: 200)
    }

    private func outcome(_ answer: AdminAPI.Answer, done: Int) throws(SetupError) -> PolicyOutcome {
        switch answer.status {
        case done: return .done
        case 400, 404, 409, 412: return .refused(answer.words)
        default: throw answer.failure
        }
    }

    private static func json(_ terms: PolicyTerms, withScope: Bool) -> JSONValue {
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

extension SetupError {
    /// The names of a run as a setup's own error.
    static func wrap<Value>(_ body: () throws -> Value) throws(SetupError) -> Value {
        do {
            return try body()
        } catch {
            throw SetupError("\(error)")
        }
    }
}
