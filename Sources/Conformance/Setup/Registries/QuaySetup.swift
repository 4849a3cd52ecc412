// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Makes repositories in an organisation of Quay, those that are to be immutable with a policy for all tags.
///
/// Source: Quay's API v1: repository, immutabilitypolicy.
final class QuaySetup: RegistrySetup {
    let api: AdminAPI
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
            .calling(
                .before, "GET \(api.base)/repository?namespace=\(organisation){page}", Leftovers.purpose
            )
            .calling(.repository, "POST \(api.base)/repository", "makes it")
            .calling(
                .repository, "POST \(api.base)/repository/{name}/immutabilitypolicy/",
                "makes all its tags immutable, where the scenario wants that"
            )
            .calling(
                .repository, "GET \(api.base)/repository/{name}/immutabilitypolicy/", "finds the policy"
            )
            .calling(
                .repository, "PUT \(api.base)/repository/{name}/immutabilitypolicy/{id}",
                "asks for it as the writer, too, who must be turned away; so with POST and DELETE"
            )
            .calling(.after, "DELETE \(api.base)/repository/{name}", "removes each repository")
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        _ = try await api.demand([200], .get, "/organization/\(organisation)")
        let (api, organisation) = (api, organisation)
        var places = try plan(runID: runID).places
        places.leftovers = try await Leftovers(noun: "repository", runID: runID).lines {
            mark throws(SetupError) in
            let page = mark.map { "&next_page=\(HTTPURL.encode($0))" } ?? ""
            return try await api.send(.get, "/repository?namespace=\(organisation)\(page)")
        } read: { list in
            let names = list["repositories"]?.array?.compactMap { $0["name"]?.string } ?? []
            return (names.map { "\(organisation)/\($0)" }, list["next_page"]?.string)
        }
        return places
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
            QuaySetup.policy(".*", matches: true))
    }

    var untestedPolicies: String? { "policies are regular expressions, without scopes inside a repository" }

    /// Covers the tags that match all of a regular expression, or all that do not.
    static func policy(_ pattern: String, matches: Bool) -> JSONValue {
        .object(["tagPattern": .string(pattern), "tagPatternMatches": .bool(matches)])
    }

    func restore() async throws(SetupError) {
        try await made.removeAll { name throws(SetupError) in
            _ = try await self.api.demand([204, 404], .delete, "/repository/\(name)")
        }
    }
}
