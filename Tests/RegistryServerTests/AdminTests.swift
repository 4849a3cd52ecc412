// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

@Suite struct AdminTests {
    @Test(arguments: [
        (HTTPRequest.Method.get, "policies"), (.post, "policies"), (.patch, "policies/registry"),
        (.delete, "policies/registry"), (.get, "audit"), (.get, "nothing"),
    ])
    func needsTheToken(method: HTTPRequest.Method, path: String) async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let wrong = String(repeating: "0", count: 64)
            for headers in [[:], ["Authorization": "Bearer \(wrong)"], ["Authorization": "Basic \(wrong)"]] {
                let headers = headers as [String: String]
                var fields = HTTPHeaders()
                for (name, value) in headers { fields[name] = value }
                let response = try await registry.send(method, "/api/v1/\(path)", fields)
                #expect(response.status == 401)
                #expect(response.code == "UNAUTHORIZED")
                #expect(response.headers["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
            }
            #expect(try await registry.admin(.get, "policies/registry").status == 200)
        }
    }

    @Test func createsShowsChangesAndDeletesPolicies() async throws {
        try await withTestRegistry { registry in
            let created = try await registry.admin(
                .post, "policies", #"{"scope": "namespace/team/a", "tags": ["v*"]}"#)
            #expect(created.status == 201)
            #expect(created.headers["Location"] == "/api/v1/policies/namespace/team/a")
            let again = try await registry.admin(.post, "policies", #"{"scope": "namespace/team/a"}"#)
            #expect(again.status == 409)
            try await registry.setPolicy(#"{"scope": "registry", "enabled": false}"#)
            let shown = try await registry.admin(.get, "policies/namespace/team/a")
            #expect(try shown.json() == created.json())
            #expect(try shown.json()["tags"] == .array([.string("v*")]))
            let changed = try await registry.admin(
                .patch, "policies/namespace/team/a", #"{"enabled": false, "deletion": "allow"}"#)
            #expect(changed.status == 200)
            #expect(try changed.json()["enabled"] == .bool(false))
            #expect(try changed.json()["tags"] == .array([.string("v*")]))
            let list = try await registry.policies()
            #expect(list.map { $0["scope"]?.string } == ["registry", "namespace/team/a"])
            #expect(try await registry.admin(.delete, "policies/namespace/team/a").status == 204)
            for method in [HTTPRequest.Method.get, .patch, .delete] {
                let body = method == .patch ? "{}" : nil
                let gone = try await registry.admin(method, "policies/namespace/team/a", body)
                #expect(gone.status == 404)
            }
        }
    }

    @Test(arguments: [
        (#"{"scope": "registry", "tags": ["{a"]}"#, "tags[0]"),
        (#"{"scope": "registry", "tagz": ["a"]}"#, "tagz"), (#"{"tags": ["a"]}"#, "scope"),
        (#"{"scope": "registry", "deletion": "maybe"}"#, "deletion"), (#"[]"#, "scope"),
        (#"{"scope": "registry", "images": ["a", " web-*"]}"#, "images[1]"),
        (#"{"scope": "registry", "exceptTags": ["latest,dev"]}"#, "exceptTags[0]"),
    ])
    func namesTheFieldThatIsWrong(body: String, field: String) async throws {
        try await withTestRegistry { registry in
            let response = try await registry.admin(.post, "policies", body)
            #expect(response.status == 400)
            #expect(response.error?.detail?["field"]?.string == field)
            #expect(try await registry.policies().isEmpty)
        }
    }

    @Test func changesAllOfAPolicyOrNothing() async throws {
        try await withTestRegistry { registry in
            try await registry.setPolicy(#"{"scope": "registry"}"#)
            let before = try await registry.admin(.get, "policies/registry").json()
            let wrong = try await registry.admin(
                .patch, "policies/registry", #"{"enabled": false, "tags": [""]}"#)
            #expect(wrong.status == 400)
            let useless = try await registry.admin(
                .patch, "policies/registry", #"{"enabled": false, "images": ["A*"]}"#)
            #expect(useless.error?.detail?["field"]?.string == "images[0]")
            let moved = try await registry.admin(.patch, "policies/registry", #"{"scope": "namespace/a"}"#)
            #expect(moved.status == 400)
            #expect(try await registry.admin(.get, "policies/registry").json() == before)
            #expect(try await registry.admin(.post, "policies", "{").status == 400)
            #expect(try await registry.admin(.get, "policies/galaxy").status == 400)
        }
    }

    @Test func givesAScopeToOneOfManyAtOnce() async throws {
        try await withTestRegistry { registry in
            var statuses: [Int] = []
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await registry.admin(.post, "policies", #"{"scope": "registry"}"#).status
                    }
                }
                for try await status in group { statuses.append(status) }
            }
            #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 15))
        }
    }

    @Test func remembersWhoDidWhat() async throws {
        try await withTestRegistry { registry in
            let a = try await registry.image("a", in: "r")
            let b = try await registry.image("b", in: "r")
            #expect(try await registry.push(a, to: "r", as: "v1").status == 201)
            #expect(try await registry.push(b, to: "r", as: "v1").status == 201)
            try await registry.setPolicy(#"{"scope": "registry"}"#)
            #expect(try await registry.push(a, to: "r", as: "v1").status == 409)
            #expect(try await registry.send(.delete, "/v2/r/manifests/v1").status == 409)
            _ = try await registry.admin(.patch, "policies/registry", #"{"enabled": false}"#)
            #expect(try await registry.send(.delete, "/v2/r/manifests/v1").status == 202)
            _ = try await registry.admin(.delete, "policies/registry")
            let events = try await registry.events()
            #expect(
                events.map { $0["action"]?.string } == [
                    "policy-deleted", "tag-deleted", "policy-changed", "deletion-refused", "push-refused",
                    "policy-created", "tag-moved", "tag-created",
                ])
            let refused = events[4]
            #expect(refused["repository"]?.string == "r")
            #expect(refused["tag"]?.string == "v1")
            #expect(refused["digest"]?.string == a.digest.description)
            #expect(refused["standing"]?.string == b.digest.description)
            #expect(refused["policy"]?.string == "registry")
            #expect(refused["at"]?.string?.hasSuffix("Z") == true)
            #expect(events[2]["actor"]?.string == "admin")
            #expect(events[2]["detail"]?["before"]?["enabled"] == .bool(true))
            #expect(events[2]["detail"]?["after"]?["enabled"] == .bool(false))
            let newest = try await registry.events("?n=1")
            #expect(newest == [events[0]])
            #expect(try await registry.admin(.get, "audit?n=0").status == 400)
        }
    }
}
