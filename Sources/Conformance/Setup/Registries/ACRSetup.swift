// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Locks tags in Azure Container Registry, each after its push: what the registry has in place of write-once tags.
///
/// Nothing protects a tag between its push and its lock, so the scenarios that race for one cannot pass.
///
/// Source: Azure Container Registry REST reference, data plane: `/acr/v1`.
final class ACRSetup: RegistrySetup {
    private let api: AdminAPI
    private let tokens: ACRTokens
    private let repositories = Made<RepositoryName>("the repository")
    /// `_tags/v1` and `_manifests/sha256:…` that are locked, of each repository.
    private let locks = Mutex<[RepositoryName: [String]]>([:])

    init(_ settings: SetupSettings) throws(SetupError) {
        tokens = try ACRTokens(settings)
        var base = settings.registry
        base.path = "/acr/v1"
        api = AdminAPI(
            base: base, transport: settings.transport, advice: AdminAPI.Advice(rights: ACRTokens.rights),
            pause: settings.pause)
    }

    func plan(runID: String) throws(SetupError) -> SetupPlan {
        let places = try SetupError.wrap {
            SetupPlaces(
                immutable: try RepositoryName("stet-certify/frozen"),
                mutable: try RepositoryName("stet-certify/open"))
        }
        var plan = SetupPlan(places: places)
        for call in tokens.calls { plan = plan.calling(.before, call.request, call.purpose) }
        plan = plan.calling(.before, "GET \(api.base)/_catalog?n=1000{last}", Leftovers.purpose)
        let lock = "locks: no write, no delete"
        return
            plan
            .calling(.push, "PATCH \(api.base)/{name}/_tags/{tag}", lock)
            .calling(.push, "PATCH \(api.base)/{name}/_manifests/{digest}", lock)
            .calling(.after, "PATCH \(api.base)/{name}/_tags/{tag}", "unlocks")
            .calling(.after, "PATCH \(api.base)/{name}/_manifests/{digest}", "unlocks")
            .calling(.after, "DELETE \(api.base)/{name}", "removes each repository")
    }

    /// Sees that the credentials are good before anything is pushed.
    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        var places = try plan(runID: runID).places
        if let frozen = places.immutable { _ = try await tokens.token(for: frozen) }
        guard let token = try await tokens.catalogToken() else { return places }
        var api = api
        api.headers = AdminAPI.bearer(token)
        places.leftovers = try await Leftovers(noun: "repository", runID: runID).lines {
            [api] mark throws(SetupError) in
            let last = mark.map { "&last=\(HTTPURL.encode($0))" } ?? ""
            return try await api.send(.get, "/_catalog?n=1000\(last)")
        } read: { list in
            let names = list["repositories"]?.array?.compactMap(\.string) ?? []
            return (names, names.count == 1000 ? names.last : nil)
        }
        return places
    }

    /// Pushes make them.
    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {
        repositories.insert(name)
    }

    /// Both are locked: a tag's lock does not keep its manifest, and the other way round.
    func protect(_ tag: Tag, _ digest: Digest, in repository: RepositoryName) async throws(SetupError) {
        repositories.insert(repository)
        for part in ["_tags/\(tag)", "_manifests/\(digest)"] {
            // Noted first: a request that is cut may have had its effect.
            locks.withLock { locks in
                if locks[repository]?.contains(part) != true { locks[repository, default: []].append(part) }
            }
            try await change(part, of: repository, isOpen: false, [200])
        }
    }

    var untestedPolicies: String? { "there are locks on what was pushed, and no policies for tags" }

    func restore() async throws(SetupError) {
        try await repositories.removeAll { name throws(SetupError) in try await self.remove(name) }
    }

    /// Locks first: what they protect cannot be deleted.
    private func remove(_ repository: RepositoryName) async throws(SetupError) {
        for part in locks.withLock({ $0[repository] ?? [] }) {
            try await change(part, of: repository, isOpen: true, [200, 404])
        }
        locks.withLock { $0[repository] = nil }
        let answer = try await send(.delete, repository, "", nil)
        guard [200, 202, 404].contains(answer.status) else { throw answer.failure }
    }

    private func change(
        _ part: String, of repository: RepositoryName, isOpen: Bool, _ statuses: Set<Int>
    ) async throws(SetupError) {
        let attributes: JSONValue = .object(["deleteEnabled": .bool(isOpen), "writeEnabled": .bool(isOpen)])
        let answer = try await send(.patch, repository, "/\(part)", attributes)
        guard statuses.contains(answer.status) else { throw answer.failure }
    }

    /// Tokens live for an hour or so, and runs may take longer.
    private func send(
        _ method: HTTPRequest.Method, _ repository: RepositoryName, _ path: String, _ body: JSONValue?
    ) async throws(SetupError) -> AdminAPI.Answer {
        var api = api
        api.headers = AdminAPI.bearer(try await tokens.token(for: repository))
        let answer = try await api.send(method, "/\(repository)\(path)", body)
        guard answer.status == 401 else { return answer }
        tokens.forget(repository)
        api.headers = AdminAPI.bearer(try await tokens.token(for: repository))
        return try await api.send(method, "/\(repository)\(path)", body)
    }
}
