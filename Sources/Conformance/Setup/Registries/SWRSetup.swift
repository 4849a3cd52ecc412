// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

/// Makes two namespaces in an instance of Huawei SWR Enterprise, one of them with a policy for all tags.
///
/// Source: SWR API reference, enterprise edition: namespaces, immutabletagrules, repositories.
final class SWRSetup: RegistrySetup {
    private let api: AdminAPI
    private let namespaces = Made<String>("the namespace")
    private let repositories = Mutex<[RepositoryName]>([])
    /// The namespaces that have a policy, or may have one.
    private let ruled = Made<String>("the policy of the namespace")

    init(_ settings: SetupSettings) throws(SetupError) {
        let project = try settings.required("HW_PROJECT_ID", "the project of the instance")
        let instance = try settings.required("SWR_INSTANCE_ID", "the instance of SWR Enterprise")
        let usual: HTTPURL
        if let region = settings.optional("HW_REGION_NAME") {
            usual = HTTPURL(.https, "swr-api.\(region).myhuaweicloud.com", "/")
        } else if settings.optional("SWR_ENDPOINT") != nil {
            usual = settings.registry
        } else {
            throw SetupError(
                "$HW_REGION_NAME is not set: the region of the instance, for example eu-west-101")
        }
        var base = try settings.endpoint("SWR_ENDPOINT", usual)
        if base.path == "/" { base.path = "" }
        base.path += "/v2/\(HTTPURL.encode(project))/instances/\(HTTPURL.encode(instance))"
        var api = AdminAPI(base: base, transport: settings.transport, pause: settings.pause)
        api.advice.rights =
            "the caller needs the actions swr:repository:createNamespace, createImmutableRule and their deletes"
        if let token = settings.optional("HW_AUTH_TOKEN") {
            api.headers["X-Auth-Token"] = token
            api.advice.login = "$HW_AUTH_TOKEN is wrong or has expired"
        } else {
            let signer = HuaweiSigner(
                accessKey: try settings.required("HW_ACCESS_KEY", "the access key, or $HW_AUTH_TOKEN"),
                secretKey: try settings.required("HW_SECRET_KEY", "the secret of $HW_ACCESS_KEY"),
                securityToken: settings.optional("HW_SECURITY_TOKEN"))
            let timestamp = settings.timestamp
            api.headers["X-Project-Id"] = project
            api.sign = { signer.sign(&$0, body: $1, at: timestamp()) }
            api.advice.login =
                "$HW_ACCESS_KEY and $HW_SECRET_KEY are not accepted, or this machine's clock is wrong"
        }
        self.api = api
    }

    func plan(runID: String) throws(SetupError) -> SetupPlan {
        let (frozen, open) = SWRSetup.names(runID)
        let places = try SetupError.wrap {
            SetupPlaces(immutable: try RepositoryName(frozen), mutable: try RepositoryName(open))
        }
        let namespaces = "\(api.base)/namespaces"
        return SetupPlan(places: places)
            .calling(.before, "GET \(namespaces)?limit=100&offset={offset}", Leftovers.purpose)
            .calling(.before, "POST \(namespaces)", "makes the namespaces \(frozen) and \(open)")
            .calling(.before, "POST \(namespaces)/\(frozen)/immutabletagrules", "a policy for all tags")
            .calling(
                .after, "GET \(api.base)/immutabletagrules?limit=100&offset={offset}", "finds the policy"
            )
            .calling(.after, "DELETE \(namespaces)/\(frozen)/immutabletagrules/{id}", "removes it")
            .calling(
                .after, "DELETE \(namespaces)/{namespace}/repositories/{name}", "removes the repositories"
            )
            .calling(.after, "DELETE \(namespaces)/{namespace}", "removes the namespaces")
    }

    private static func names(_ runID: String) -> (frozen: String, open: String) {
        ("stet-certify-\(runID)-frozen", "stet-certify-\(runID)-open")
    }

    func prepare(runID: String) async throws(SetupError) -> SetupPlaces {
        let (frozen, open) = SWRSetup.names(runID)
        let api = api
        var places = try plan(runID: runID).places
        places.leftovers = try await leftovers(besides: runID)
        for namespace in [frozen, open] {
            _ = try await namespaces.make(namespace, [200, 201]) { () throws(SetupError) in
                try await api.send(
                    .post, "/namespaces",
                    .object([
                        "namespace_name": .string(namespace),
                        "metadata": .object(["public": .string("false")]),
                    ]))
            }
        }
        _ = try await ruled.make(frozen, [200, 201]) { () throws(SetupError) in
            try await api.send(.post, "/namespaces/\(frozen)/immutabletagrules", SWRSetup.ruleForAll)
        }
        return places
    }

    private func leftovers(besides runID: String) async throws(SetupError) -> [String] {
        let api = api
        var offset = 0
        return try await Leftovers(noun: "namespace", runID: runID).lines { mark throws(SetupError) in
            try await api.send(.get, "/namespaces?limit=100&offset=\(mark ?? "0")")
        } read: { list in
            let names = list["namespaces"]?.array?.compactMap { $0["name"]?.string } ?? []
            offset += 100
            return (names, names.count == 100 ? "\(offset)" : nil)
        }
    }

    /// Pushes make them.
    func makeRepository(_ name: RepositoryName, given: Given) async throws(SetupError) {
        repositories.withLock { if !$0.contains(name) { $0.append(name) } }
    }

    var untestedPolicies: String? {
        "a namespace has one policy, and neither a registry nor a repository has any"
    }

    func restore() async throws(SetupError) {
        try await namespaces.removeAll { name throws(SetupError) in try await self.remove(name) }
    }

    /// The policy first: what it protects cannot be deleted.
    private func remove(_ namespace: String) async throws(SetupError) {
        let gone: Set = [200, 202, 204, 404]
        let path = "/namespaces/\(namespace)"
        if ruled.contains(namespace) {
            for rule in try await self.rules(of: namespace) {
                _ = try await api.demand(gone, .delete, "\(path)/immutabletagrules/\(rule)")
            }
            ruled.remove(namespace)
        }
        for name in repositories.withLock({ $0 }) where name.isUnder(namespace: namespace) {
            // A slash in a name is encoded twice: the server decodes the path before it looks for names.
            let encoded = name.rawValue.dropFirst(namespace.count + 1).replacing("/", with: "%252F")
            _ = try await api.demand(gone, .delete, "\(path)/repositories/\(encoded)")
        }
        _ = try await api.demand(gone, .delete, path)
    }

    /// The policies of a namespace, in pages of a hundred of the whole instance.
    private func rules(of namespace: String) async throws(SetupError) -> [Int64] {
        var found: [Int64] = []
        var offset = 0
        while true {
            let page = try await api.demand([200], .get, "/immutabletagrules?limit=100&offset=\(offset)")
            let rules = page.body?["immutable_rules"]?.array ?? []
            found += rules.filter { $0["namespace_name"]?.string == namespace }.compactMap {
                $0["id"]?.integer
            }
            if rules.count < 100 { return found }
            offset += 100
        }
    }

    private static let ruleForAll: JSONValue = .object([
        "priority": .integer(0), "disabled": .bool(false), "action": .string("immutable"),
        "template": .string("immutable_template"), "tag_selectors": .array([selector("matches")]),
        "scope_selectors": .object(["repository": .array([selector("repoMatches")])]),
    ])

    private static func selector(_ decoration: String) -> JSONValue {
        .object([
            "kind": .string("doublestar"), "decoration": .string(decoration), "pattern": .string("**"),
            "extras": .string(""),
        ])
    }
}
