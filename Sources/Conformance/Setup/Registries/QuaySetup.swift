// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Makes repositories in an organisation of Quay, those that are to be immutable with a policy for all tags.
///
/// Source: Quay's API v1: repository, immutabilitypolicy.
final class QuaySetup: RegistrySetup {
    private let api: AdminAPI
    private let organisation: String
    private let made = Made<RepositoryName>("the repository")

    init(_ settings: SetupSettings) throws(SetupError) {
        organisation = try settings.required("QUAY_ORGANIZATION", "the organisation to make repositories in")
        let token = try settings.required("QUAY_TOKEN", "an OAuth token that may administer its repositories")
        var base = settings.registry
        base.path = "/api/v1"
        api = AdminAPI(
            base: base, transport: settings.transport, headers: AdminAPI.bearer(token),
            advice: AdminAPI.Advice(
                login: "$QUAY_TOKEN is wrong or has expired",
                rights:
                    "$QUAY_TOKEN needs the permissions \"create repositories\" and \"administer repositories\""
            ),
            pause: settings.pause)
    }

    func plan(runID: String) throws(SetupError) -> SetupPlan {
        let organisation = organisation
        let places = try SetupError.wrap {
            SetupPlaces(
                immutable: try RepositoryName("\(organisation)/stet-certify-frozen"),
                mutable: try RepositoryName("\(organisation)/stet-certify-open"))
        }
        return SetupPlan(places: places)
            .calling(
                .before, "GET \(api.base)/organization/\(organisation)", "sees that there is the organisation"
            )
            .calling(.repository, "POST \(api.base)/repository", "makes it")
            .calling(
                .repository, "POST \(api.base)/repository/{name}/immutabilitypolicy/",
                "makes all its tags immutable, where the scenario wants that"
            )
            .calling(.after, "DELETE \(api.base)/repository/{name}", "removes each repository")
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        _ = try await api.demand([200], .get, "/organization/\(organisation)")
        return try plan(runID: runID).places
    }

    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {
        guard !made.contains(name) else { return }
        let own = name.rawValue.dropFirst(organisation.count + 1)
        let (api, organisation) = (api, organisation)
        _ = try await made.make(name, [200, 201]) { () throws(SetupError) in
            try await api.send(
                .post, "/repository",
                .object([
                    "namespace": .string(organisation), "repository": .string(String(own)),
                    "visibility": .string("private"), "description": .string("made by stet certify"),
                ]))
        }
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
