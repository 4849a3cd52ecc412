// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec

/// Registries whose rules are of a namespace: Harbor, SWR, GitLab, and our own.
extension Vendor {
    static let stet = Vendor(
        name: "stet", kind: .stet, host: "127.0.0.1:5050", variables: ["STET_ADMIN_TOKEN": "s3cret"]
    ) { request, things in
        if request.line == "GET /api/v1/policies/registry" { return (404, "{}") }
        if request.line == "GET /api/v1/policies" { return (200, #"{"policies": []}"#) }
        if request.line == "POST /api/v1/preview" { return (200, #"{"tags": []}"#) }
        if request.line == "POST /api/v1/policies", let scope = request.body?["scope"]?.string {
            return things.insert(scope).inserted ? (201, "{}") : (409, #"{"message": "there is one"}"#)
        }
        if let scope = request.after("PATCH /api/v1/policies/") {
            return things.contains(scope) ? (200, "{}") : (404, "{}")
        }
        guard let scope = request.after("DELETE /api/v1/policies/") else { return (400, "{}") }
        return things.remove(scope) == nil ? (404, "{}") : (204, "")
    }

    /// Harbor deletes no project with repositories, and no repository whose tags are immutable.
    static let harbor = Vendor(
        name: "harbor", kind: .harbor,
        variables: ["HARBOR_USERNAME": "admin", "HARBOR_PASSWORD": "s3cret"],
        secrets: ["s3cret", "YWRtaW46"],
        header: ("Authorization", "Basic YWRtaW46czNjcmV0")
    ) { request, things in
        if request.line == "POST /api/v2.0/projects", let name = request.body?["project_name"]?.string {
            things.formUnion([name, "\(name)/repositories/a%252Fb"])
            return (201, "")
        }
        if request.line == "GET /api/v2.0/projects?name=stet-certify-&page_size=100" {
            return (200, "[\(list(things.filter { !$0.contains("/") }, #"{"name": "*"}"#))]")
        }
        guard request.target.hasPrefix("/api/v2.0/projects/") else { return (400, "{}") }
        let parts = request.target.dropFirst("/api/v2.0/projects/".count).split(separator: "?")[0]
            .split(separator: "/").map(String.init)
        guard things.contains(parts[0]) else { return (404, "{}") }
        let rule = "\(parts[0])/immutabletagrules/7"
        switch (request.method, parts.dropFirst().first, parts.count) {
        case ("POST", "immutabletagrules", 2):
            guard request.body?["tag_selectors"]?.array?.first?["pattern"] == .string("**") else {
                return (400, "{}")
            }
            things.insert(rule)
            return (201, "")
        case ("GET", "immutabletagrules", 2): return (200, things.contains(rule) ? #"[{"id": 7}]"# : "[]")
        case ("GET", "repositories", 2):
            let isThere = things.contains("\(parts[0])/repositories/a%252Fb")
            return (200, isThere ? #"[{"name": "\#(parts[0])/a/b"}]"# : "[]")
        case ("DELETE", "repositories", 3) where things.contains(rule): return (412, "{}")
        case ("DELETE", nil, 1) where things.contains { $0.hasPrefix("\(parts[0])/") }: return (412, "{}")
        case ("DELETE", _, _):
            return things.remove(parts.joined(separator: "/")) == nil ? (404, "{}") : (200, "")
        default: return (400, "{}")
        }
    }

    private static func swr(_ name: String, _ variables: [String: String], header: (String, String)) -> Vendor
    {
        Vendor(
            name: name, kind: .swr,
            variables: [
                "HW_PROJECT_ID": "p1", "SWR_INSTANCE_ID": "i1", "HW_REGION_NAME": "eu-west-101",
            ].merging(variables) { $1 }, header: header, answer: swrAnswer)
    }

    static let swr = swr(
        "swr with keys", ["HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "s3cret"],
        header: ("Authorization", "SDK-HMAC-SHA256 Access=AK, SignedHeaders="))

    static let swrWithToken = swr(
        "swr with a token", ["HW_AUTH_TOKEN": "s3cret"], header: ("X-Auth-Token", "s3cret"))

    /// SWR deletes no namespace with a policy.
    private static let swrAnswer: Answer = { request, things in
        let base = "/v2/p1/instances/i1"
        guard request.host == "swr-api.eu-west-101.myhuaweicloud.com" else { return (400, "{}") }
        if request.line == "POST \(base)/namespaces", let name = request.body?["namespace_name"]?.string {
            guard request.body?["metadata"]?["public"] == .string("false") else { return (400, "{}") }
            things.insert(name)
            return (201, #"{"id": 1}"#)
        }
        if request.line == "GET \(base)/namespaces?limit=100&offset=0" {
            let names = things.filter { !$0.contains("/") }
            return (200, #"{"namespaces": [\#(list(names, #"{"id": 1, "name": "*"}"#))]}"#)
        }
        let rules = things.filter { $0.hasSuffix("/immutabletagrules/4") }
        if request.after("GET \(base)/immutabletagrules?limit=100&offset=0") != nil {
            let items = rules.map { #"{"id": 4, "namespace_name": "\#($0.prefix { $0 != "/" })"}"# }
            return (
                200,
                #"{"immutable_rules": [{"id": 3, "namespace_name": "other"}\#(items.map { ", \($0)" }.joined())]}"#
            )
        }
        if let rest = request.after("POST \(base)/namespaces/"), rest.hasSuffix("/immutabletagrules") {
            guard request.body?["scope_selectors"]?["repository"]?.array?.count == 1 else {
                return (400, "{}")
            }
            things.insert("\(rest)/4")
            return (201, #"{"id": 4}"#)
        }
        guard let rest = request.after("DELETE \(base)/namespaces/") else { return (400, "{}") }
        if rest.contains("/repositories/") { return (rest.dropFirst(60).contains("/") ? 400 : 204, "") }
        if things.contains("\(rest)/immutabletagrules/4") { return (409, #"{"error_msg": "it has a rule"}"#) }
        return things.remove(rest) == nil ? (404, "{}") : (204, "")
    }

    /// GitLab marks projects first, and deletes none whose tags are immutable.
    static let gitlab = Vendor(
        name: "gitlab", kind: .gitlab,
        variables: [
            "GITLAB_TOKEN": "s3cret", "GITLAB_GROUP": "Team/sub", "GITLAB_URL": "https://gitlab.test/",
        ],
        header: ("PRIVATE-TOKEN", "s3cret")
    ) { request, things in
        guard request.host == "gitlab.test" else { return (400, "{}") }
        if request.line == "GET /api/v4/namespaces/Team%2Fsub" { return (200, #"{"id": 9}"#) }
        if request.line
            == "GET /api/v4/groups/Team%2Fsub/projects?search=stet-certify-&per_page=100"
        {
            return (200, "[\(list(things, #"{"path_with_namespace": "*"}"#))]")
        }
        if request.line == "POST /api/v4/projects", let path = request.body?["path"]?.string {
            guard request.body?["namespace_id"] == .integer(9) else { return (404, "{}") }
            things.insert("Team/sub/\(path)")
            return (201, #"{"id": \#(path.hasSuffix("frozen") ? 1 : 2)}"#)
        }
        if request.line == "POST /api/graphql" { return gitlabQuery(request, &things) }
        guard request.target.hasPrefix("/api/v4/projects/") else { return (400, "{}") }
        let id = request.target.dropFirst("/api/v4/projects/".count).prefix { $0 != "?" }
        let end = id == "1" || id.hasSuffix("frozen") ? "frozen" : "open"
        guard let path = things.first(where: { $0.contains("-\(end)") }) else { return (404, "{}") }
        if request.method == "GET" {
            return (200, #"{"id": \#(end == "frozen" ? 1 : 2), "path_with_namespace": "\#(path)"}"#)
        }
        if things.contains("rule") && end == "frozen" {
            return (403, #"{"message": {"base": ["it has a rule"]}}"#)
        }
        things.remove(path)
        if !path.hasSuffix("-deletion_scheduled") {
            things.insert("\(path)-deletion_scheduled")
        } else if !request.target.hasSuffix(
            "permanently_remove=true&full_path=\(path.replacing("/", with: "%2F"))")
        {
            return (400, "{}")
        }
        return (202, "{}")
    }

    private static func gitlabQuery(_ request: VendorRequest, _ things: inout Things) -> (Int, String) {
        let query = request.body?["query"]?.string ?? ""
        let rule = #"{"id": "gid://gitlab/Rule/5", "immutable": true}"#
        if query.contains(#"updateContainerProtectionTagRule(input: {id: "gid://gitlab/Rule/5""#) {
            if query.contains(#"tagNamePattern: ".*""#) {
                things.remove("other")
            } else {
                things.insert("other")
            }
            return (
                200,
                #"{"data": {"updateContainerProtectionTagRule": {"containerProtectionTagRule": \#(rule), "errors": []}}}"#
            )
        }
        if query.contains("mutation { createContainerProtectionTagRule(input: {projectPath: \"Team/sub/") {
            things.insert(things.contains("rule") ? "second" : "rule")
            return (
                200,
                #"{"data": {"createContainerProtectionTagRule": {"containerProtectionTagRule": \#(rule), "errors": []}}}"#
            )
        }
        if query.contains(#"deleteContainerProtectionTagRule(input: {id: "gid://gitlab/Rule/"#) {
            things.remove(query.contains("Rule/5") ? "rule" : "second")
            return (
                200,
                #"{"data": {"deleteContainerProtectionTagRule": {"containerProtectionTagRule": \#(rule), "errors": []}}}"#
            )
        }
        let numbers = (things.contains("rule") ? ["5"] : []) + (things.contains("second") ? ["6"] : [])
        let nodes = list(numbers, #"{"id": "gid://gitlab/Rule/*"}"#)
        return (200, #"{"data": {"project": {"containerProtectionTagRules": {"nodes": [\#(nodes)]}}}}"#)
    }
}
