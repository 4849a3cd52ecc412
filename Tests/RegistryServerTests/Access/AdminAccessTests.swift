// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryServer
import RegistryTransport
import Testing

/// The admin API of a registry with users.
@Suite struct AdminAccessTests {
    @Test(arguments: [
        ("ops" as String?, 200, nil as String?), ("ci", 403, "DENIED"), ("cleaner", 403, "DENIED"),
        (nil, 401, "UNAUTHORIZED"),
    ])
    func isForThoseWhoAdminister(user: String?, status: Int, code: String?) async throws {
        try await withUsers(TestUsers.text + TestUsers.anonymousPull, writeOnce: true) { registry in
            let asked = registry.asked(by: user)
            for (method, target, body) in [
                (HTTPRequest.Method.get, "policies", nil as String?), (.get, "audit", nil),
                (.patch, "policies/registry", #"{"enabled": false}"#), (.post, "gc", nil),
                (.post, "preview", #"{"scope": "registry"}"#),
            ] {
                let answer = try await asked.send(
                    method, "/api/v1/" + target, body: body.map { Array($0.utf8) })
                #expect(answer.status == status && answer.code == code, "\(target)")
                #expect(
                    answer.headers["WWW-Authenticate"]?.hasPrefix("Basic ") == (status == 401 ? true : nil))
            }
            let policy = try await registry.admin(.get, "policies/registry").json()
            #expect(policy["enabled"] == .bool(status != 200))
        }
    }

    @Test func theTokenOfTheDataFolderStillOpensIt() async throws {
        try await withUsers { registry in
            try await registry.setPolicy(#"{"scope": "registry"}"#)
            let changed = try await registry.asked(by: "ops").send(
                .patch, "/api/v1/policies/registry", body: Array(#"{"deletion": "allow"}"#.utf8))
            #expect(changed.status == 200)
            _ = try await registry.asked(by: "ops").send(.post, "/api/v1/gc")
            let actors = try await registry.events().map { $0["actor"]?.string }
            #expect(actors == ["ops", "ops", "admin"])
        }
    }

    @Test func theTokenOfTheDataFolderIsForNothingElse() async throws {
        try await withUsers { registry in
            let token = try registry.adminToken()
            let response = try await registry.send(.get, "/v2/", ["Authorization": "Bearer \(token)"])
            #expect(response.status == 401)
        }
    }

    @Test func wrongPasswordsAreRefused() async throws {
        try await withUsers { registry in
            let response = try await registry.send(
                .get, "/api/v1/policies", TestUsers.header("ops", "wrong"))
            #expect(
                response.status == 401 && response.headers["WWW-Authenticate"]?.hasPrefix("Basic ") == true)
            #expect(try await registry.events().first?["actor"]?.string == "ops")
        }
    }

    @Test func anAdministratorIsBoundByPolicies() async throws {
        try await withUsers(writeOnce: true) { registry in
            try await registry.seed("team/app")
            let ops = registry.asked(by: "ops")
            #expect(try await ops.send(.delete, "/v2/team/app/manifests/v1").status == 409)
            let other = try await ops.image("b", in: "team/app")
            #expect(try await ops.push(other, to: "team/app", as: "v1").status == 409)
        }
    }
}
