// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Makes two projects in a group of GitLab, one of them with a rule that makes all tags immutable.
///
/// Rules travel in the tokens with which clients push, so a token that is older than the rule does not know it; the
/// projects are new, and no token is.
///
/// Source: GitLab documentation, "Immutable container tags", Projects API, Namespaces API.
final class GitLabSetup: RegistrySetup {
    let api: AdminAPI
    private let group: String
    /// By their paths.
    let projects = Made<String>("the project")
    /// The numbers of the projects, which stay when a removal renames them.
    private let numbers = Mutex<[String: Int64]>([:])
    let rules: GitLabRules
    /// The projects that have a rule, or may have one.
    private let ruled = Made<String>("the rule of the project")

    init(_ settings: SetupSettings) throws(SetupError) {
        let token = try settings.required("GITLAB_TOKEN", "a token with the scope api")
        group = try settings.required("GITLAB_GROUP", "the full path of a group to make projects in")
        let isGitLabCom = settings.registry.host.lowercased() == "registry.gitlab.com"
        let name =
            settings.optional("GITLAB_URL") == nil && settings.optional("CI_SERVER_URL") != nil
            ? "CI_SERVER_URL" : "GITLAB_URL"
        if !isGitLabCom {
            _ = try settings.required(
                name, "the address of GitLab itself, for example https://gitlab.example")
        }
        var base = try settings.endpoint(name, HTTPURL(.https, "gitlab.com", "/"))
        if base.path == "/" { base.path = "" }
        base.path += "/api"
        api = AdminAPI(
            base: base, transport: settings.transport, headers: ["PRIVATE-TOKEN": token],
            advice: AdminAPI.Advice(
                login: "$GITLAB_TOKEN is wrong or has expired",
                rights: "$GITLAB_TOKEN needs the scope api and the role Owner in \(group)"),
            pause: settings.pause)
        rules = GitLabRules(api: api)
    }

    func plan(runID: String) throws(SetupError) -> SetupPlan {
        let prefix = group.lowercased()
        let places = try SetupError.wrap {
            SetupPlaces(
                immutable: try RepositoryName("\(prefix)/\(GitLabSetup.frozen(runID))"),
                mutable: try RepositoryName("\(prefix)/\(GitLabSetup.open(runID))"))
        }
        let projects = "\(api.base)/v4/projects"
        return SetupPlan(places: places)
            .calling(.before, "GET \(api.base)/v4/namespaces/\(GitLabSetup.encode(group))", "finds the group")
            .calling(.before, "GET \(api.base)\(list)", Leftovers.purpose)
            .calling(.before, "POST \(projects)", "makes two projects")
            .calling(
                .before, "POST \(api.base)/graphql (createContainerProtectionTagRule)",
                "makes all tags of one of them immutable"
            )
            .calling(
                .repository, "POST \(api.base)/graphql (updateContainerProtectionTagRule)",
                "asks for it as the writer, too, who must be turned away; so for a new rule, and a removal"
            )
            .calling(.after, "POST \(api.base)/graphql (containerProtectionTagRules)", "finds the rule")
            .calling(.after, "POST \(api.base)/graphql (deleteContainerProtectionTagRule)", "removes it")
            .calling(.after, "DELETE \(projects)/{project}", "removes the projects")
            .calling(.after, "GET \(projects)/{project}", "sees whether they are only marked for removal")
            .calling(
                .after, "DELETE \(projects)/{project}?permanently_remove=true&full_path={path}",
                "removes them for good, where that is allowed")
    }

    private var list: String {
        "/v4/groups/\(GitLabSetup.encode(group))/projects?search=stet-certify-&per_page=100"
    }

    private static func frozen(_ runID: String) -> String { "stet-certify-\(runID)-frozen" }
    private static func open(_ runID: String) -> String { "stet-certify-\(runID)-open" }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        let found = try await api.send(.get, "/v4/namespaces/\(GitLabSetup.encode(group))")
        if found.status == 404 {
            throw SetupError(
                "\(found.failure.clause)\n  hint: $GITLAB_GROUP is a full path, and $GITLAB_TOKEN must see it"
            )
        }
        guard found.status == 200 else { throw found.failure }
        let namespace = try found.required("id")
        let frozen = GitLabSetup.frozen(runID)
        var places = try plan(runID: runID).places
        let (api, list) = (api, list)
        places.leftovers = try await Leftovers(noun: "project", runID: runID).lines { _ throws(SetupError) in
            try await api.send(.get, list)
        } read: {
            ($0.array?.compactMap { $0["path_with_namespace"]?.string } ?? [], nil)
        }
        for name in [frozen, GitLabSetup.open(runID)] { try await makeProject(name, in: namespace) }
        try await makeRule("\(group)/\(frozen)")
        return places
    }

    var untestedPolicies: String? { "rules are of a project, and go by tags alone" }

    func restore() async throws(SetupError) {
        try await projects.removeAll { path throws(SetupError) in
            if self.ruled.contains(path) {
                for rule in try await self.rules.list(path) { try await self.rules.delete(rule) }
                self.ruled.remove(path)
            }
            try await self.removeProject(path)
        }
    }
}

extension GitLabSetup {
    private func makeProject(_ name: String, in namespace: JSONValue) async throws(SetupError) {
        let (api, path) = (api, "\(group)/\(name)")
        let answer = try await projects.make(path, [201]) { () throws(SetupError) in
            try await api.send(
                .post, "/v4/projects",
                .object([
                    "name": .string(name), "path": .string(name), "namespace_id": namespace,
                    "visibility": .string("private"), "description": .string("made by stet certify"),
                    "container_registry_access_level": .string("enabled"),
                ]))
        }
        numbers.withLock { $0[path] = answer.body?["id"]?.integer }
    }

    private func makeRule(_ path: String) async throws(SetupError) {
        ruled.insert(path)
        guard try await rules.create(path)?["immutable"] == .bool(true) else {
            throw SetupError(
                """
                \(api.base) does not make tags of \(path) immutable
                  hint: immutable tags need GitLab 18.2 with the metadata database, and the tier Ultimate
                """)
        }
    }

    /// Some are removed at once, others renamed and marked, to be removed days later.
    private func removeProject(_ path: String) async throws(SetupError) {
        let number = numbers.withLock { $0[path] }
        let place = "/v4/projects/\(number.map { "\($0)" } ?? GitLabSetup.encode(path))"
        let marked = try await api.demand([200, 202, 204, 404], .delete, place)
        guard marked.status != 404 else { return }
        let left = try await api.send(.get, place)
        guard left.status == 200, let id = left.body?["id"]?.integer,
            let name = left.body?["path_with_namespace"]?.string
        else { return }
        // Where that is not allowed, it goes away by itself.
        _ = try await api.demand(
            [200, 202, 204, 400, 403, 404], .delete,
            "/v4/projects/\(id)?permanently_remove=true&full_path=\(GitLabSetup.encode(name))")
    }

    /// A path as one component of another.
    static func encode(_ path: String) -> String {
        HTTPURL.encode(path).replacing("/", with: "%2F")
    }
}
