// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Makes repositories in an organisation of Quay, those that are to be immutable with a policy for all tags.
///
/// Source: Quay's API v1: repository, immutabilitypolicy.
final class QuaySetup: RegistrySetup {
    private let api: AdminAPI
    private let organisation: String
    private let made = MadeRepositories()

    init(_ settings: SetupSettings) throws(SetupError) {
        organisation = try settings.required("QUAY_ORGANIZATION", "the organisation to make repositories in")
        let token = try settings.required("QUAY_TOKEN", "an OAuth token that may administer its repositories")
        var base = settings.registry
        base.path = "/api/v1"
        api = AdminAPI(
            base: base, transport: settings.transport, headers: ["Authorization": "Bearer \(token)"])
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        _ = try await api.demand([200], .get, "/organization/\(organisation)")
        return try SetupError.wrap {
            SetupPlaces(
                immutable: try RepositoryName("\(organisation)/stet-certify-frozen"),
                mutable: try RepositoryName("\(organisation)/stet-certify-open"))
        }
    }

    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {
        guard !made.contains(name) else { return }
        let own = name.rawValue.dropFirst(organisation.count + 1)
        _ = try await api.demand(
            [200, 201], .post, "/repository",
            .object([
                "namespace": .string(organisation), "repository": .string(String(own)),
                "visibility": .string("private"), "description": .string("made by stet certify"),
            ]))
        made.append(name)
        guard given == .immutable else { return }
        _ = try await api.demand(
            [200, 201], .post, "/repository/\(name)/immutabilitypolicy/",
            .object(["tagPattern": .string(".*"), "tagPatternMatches": .bool(true)]))
    }

    /// Policies are regular expressions without scopes inside a repository; they are not put to the test.
    func offers(_ action: PolicyAction) -> Bool { false }

    func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome {
        throw SetupError("Quay's policies are not set for single scenarios")
    }

    func restore() async throws(SetupError) {
        try await made.removeAll { name throws(SetupError) in
            _ = try await self.api.demand([204, 404], .delete, "/repository/\(name)")
        }
    }
}
