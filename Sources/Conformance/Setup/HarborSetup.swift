// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Makes two projects in Harbor, one of them with a rule for all tags, and removes them.
///
/// Source: Harbor's `api/v2.0/swagger.yaml`: projects, immutabletagrules, repositories.
final class HarborSetup: RegistrySetup {
    private let api: AdminAPI
    private let projects = Mutex<[String]>([])

    init(_ settings: SetupSettings) throws(SetupError) {
        let name = try settings.required("HARBOR_USERNAME", "a user who may make projects")
        let password = try settings.required("HARBOR_PASSWORD", "the password of $HARBOR_USERNAME")
        var base = settings.registry
        base.path = "/api/v2.0"
        api = AdminAPI(
            base: base, transport: settings.transport, headers: AdminAPI.basic(name, password))
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        let (frozen, open) = ("stet-certify-\(runID)-frozen", "stet-certify-\(runID)-open")
        let places = try SetupError.wrap {
            SetupPlaces(immutable: try RepositoryName(frozen), mutable: try RepositoryName(open))
        }
        for project in [frozen, open] {
            _ = try await api.demand(
                [201], .post, "/projects",
                .object(["project_name": .string(project), "metadata": .object(["public": .string("false")])])
            )
            projects.withLock { $0.append(project) }
        }
        _ = try await api.demand(
            [201], .post, "/projects/\(frozen)/immutabletagrules", HarborSetup.ruleForAll)
        return places
    }

    /// Pushes make them.
    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {}

    /// Rules select by other means than policies with scopes; they are not put to the test.
    func offers(_ action: PolicyAction) -> Bool { false }

    func perform(_ action: PolicyAction) async throws(SetupError) -> PolicyOutcome {
        throw SetupError("Harbor's rules are not set for single scenarios")
    }

    /// Rules first: what they protect cannot be deleted.
    func restore() async throws(SetupError) {
        var left: [String] = []
        for project in projects.withLock({ $0 }) {
            do throws(SetupError) {
                try await remove(project)
                projects.withLock { $0.removeAll { $0 == project } }
            } catch {
                left.append("the project \(project): \(error)")
            }
        }
        if !left.isEmpty { throw SetupError(left.joined(separator: "; ")) }
    }

    private func remove(_ project: String) async throws(SetupError) {
        let path = "/projects/\(project)"
        let rules = try await api.demand([200], .get, "\(path)/immutabletagrules?page_size=100")
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

    private static let ruleForAll: JSONValue = {
        let selector = { (decoration: String) -> JSONValue in
            .object([
                "kind": .string("doublestar"), "decoration": .string(decoration), "pattern": .string("**"),
            ])
        }
        return .object([
            "action": .string("immutable"), "template": .string("immutable_template"),
            "tag_selectors": .array([selector("matches")]),
            "scope_selectors": .object(["repository": .array([selector("repoMatches")])]),
        ])
    }()
}
