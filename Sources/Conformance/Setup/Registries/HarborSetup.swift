// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Makes two projects in Harbor, one of them with a rule for all tags, and removes them.
///
/// Source: Harbor's `api/v2.0/swagger.yaml`: projects, immutabletagrules, repositories.
final class HarborSetup: RegistrySetup {
    let api: AdminAPI
    let projects = Made<String>("the project")

    init(_ settings: SetupSettings) throws(SetupError) {
        let name = try settings.required("HARBOR_USERNAME", "a user who may make projects")
        let password = try settings.required("HARBOR_PASSWORD", "the password of $HARBOR_USERNAME")
        var base = settings.registry
        base.path = "/api/v2.0"
        api = AdminAPI(
            base: base, transport: settings.transport, headers: AdminAPI.basic(name, password),
            advice: AdminAPI.Advice(
                login: "$HARBOR_USERNAME and $HARBOR_PASSWORD are not accepted",
                rights: "\(name) needs the right to make projects"),
            pause: settings.pause)
    }

    func plan(runID: String) throws(SetupError) -> SetupPlan {
        let (frozen, open) = HarborSetup.names(runID)
        let places = try SetupError.wrap {
            SetupPlaces(immutable: try RepositoryName(frozen), mutable: try RepositoryName(open))
        }
        let rules = "\(api.base)/projects/{project}/immutabletagrules"
        let repositories = "\(api.base)/projects/{project}/repositories"
        return SetupPlan(places: places)
            .calling(.before, "GET \(api.base)\(HarborSetup.list)", Leftovers.purpose)
            .calling(.before, "POST \(api.base)/projects", "makes the projects \(frozen) and \(open)")
            .calling(.before, "POST \(api.base)/projects/\(frozen)/immutabletagrules", "a rule for all tags")
            .calling(.repository, "GET \(rules)?page_size=100", "finds the rule")
            .calling(
                .repository, "PUT \(rules)/{id}",
                "asks for it as the writer, too, who must be turned away; so with POST and DELETE"
            )
            .calling(.after, "GET \(rules)?page_size=100", "lists the rules")
            .calling(.after, "DELETE \(rules)/{id}", "removes them: what they protect cannot be deleted")
            .calling(.after, "GET \(repositories)?page_size=100", "lists the repositories")
            .calling(.after, "DELETE \(repositories)/{name}", "removes them")
            .calling(.after, "DELETE \(api.base)/projects/{project}", "removes the projects")
    }

    private static let list = "/projects?name=stet-certify-&page_size=100"

    static func names(_ runID: String) -> (frozen: String, open: String) {
        ("stet-certify-\(runID)-frozen", "stet-certify-\(runID)-open")
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        let (frozen, open) = HarborSetup.names(runID)
        let api = api
        var places = try plan(runID: runID).places
        places.leftovers = try await Leftovers(noun: "project", runID: runID).lines { _ throws(SetupError) in
            try await api.send(.get, HarborSetup.list)
        } read: {
            ($0.array?.compactMap { $0["name"]?.string } ?? [], nil)
        }
        for project in [frozen, open] {
            _ = try await projects.make(project, [201]) { () throws(SetupError) in
                try await api.send(
                    .post, "/projects",
                    .object([
                        "project_name": .string(project), "metadata": .object(["public": .string("false")]),
                    ]))
            }
        }
        _ = try await api.demand(
            [201], .post, "/projects/\(frozen)/immutabletagrules", HarborSetup.ruleForAll)
        return places
    }

    var untestedPolicies: String? {
        "a project has rules, which select by other means than policies with scopes"
    }

    /// Rules first: what they protect cannot be deleted.
    func restore() async throws(SetupError) {
        try await projects.removeAll { project throws(SetupError) in try await self.remove(project) }
    }

    private func remove(_ project: String) async throws(SetupError) {
        let path = "/projects/\(project)"
        let rules = try await api.demand([200, 404], .get, "\(path)/immutabletagrules?page_size=100")
        if rules.status == 404 { return }
        for rule in rules.body?.array ?? [] {
            guard let id = rule["id"]?.integer else { continue }
            _ = try await api.demand([200, 404], .delete, "\(path)/immutabletagrules/\(id)")
        }
        while true {
            let page = try await api.demand([200], .get, "\(path)/repositories?page_size=100")
            let names = page.body?.array?.compactMap { $0["name"]?.string } ?? []
            if names.isEmpty { break }
            for name in names where name.hasPrefix("\(project)/") {
                // A slash in a name is encoded twice: the server decodes the path before it looks for names.
                let encoded = name.dropFirst(project.count + 1).replacing("/", with: "%252F")
                _ = try await api.demand([200, 404], .delete, "\(path)/repositories/\(encoded)")
            }
            if names.count < 100 { break }
        }
        _ = try await api.demand([200, 404], .delete, path)
    }

    static let ruleForAll: JSONValue = .object([
        "action": .string("immutable"), "template": .string("immutable_template"),
        "tag_selectors": .array([selector("matches")]),
        "scope_selectors": .object(["repository": .array([selector("repoMatches")])]),
    ])

    private static func selector(_ decoration: String) -> JSONValue {
        .object([
            "kind": .string("doublestar"), "decoration": .string(decoration), "pattern": .string("**"),
        ])
    }
}
