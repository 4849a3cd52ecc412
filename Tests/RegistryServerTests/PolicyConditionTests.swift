// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import RegistryTransport
import SystemPackage
import Testing

/// `If-Match`: two administrators do not undo each other.
@Suite struct PolicyConditionTests {
    @Test func aStaleChangeIsRefused() async throws {
        try await withTestRegistry { registry in
            try await registry.setPolicy(#"{"scope": "registry"}"#)
            let first = try await registry.admin(.get, "policies/registry").headers["ETag"] ?? ""
            #expect(first.hasPrefix("\"") && first.hasSuffix("\"") && first.count > 10)
            let changed = try await send(
                .patch, first, #"{"tags": ["v*"], "enabled": false}"#, to: registry)
            #expect(changed.status == 200)
            let second = changed.headers["ETag"] ?? ""
            #expect(second != first)
            let stale = try await send(.patch, first, #"{"enabled": true}"#, to: registry)
            #expect(stale.status == 412)
            #expect(stale.error?.detail?["etag"]?.string == second)
            #expect(try await send(.delete, first, nil, to: registry).status == 412)
            #expect(try await registry.admin(.get, "policies/registry").headers["ETag"] == second)
            #expect(try await send(.patch, "*", #"{"enabled": true}"#, to: registry).status == 200)
            #expect(try await send(.patch, "\(first), \(second)", "{}", to: registry).status == 412)
            let third = try await registry.admin(.get, "policies/registry").headers["ETag"] ?? ""
            #expect(try await send(.delete, "\(first), \(third)", nil, to: registry).status == 204)
        }
    }

    @Test func theAuditIsFilteredAndPaged() async throws {
        try await withTestRegistry { registry in
            for repository in ["a", "b"] {
                let image = try await registry.image("x", in: repository)
                for tag in ["v1", "v2"] { _ = try await registry.push(image, to: repository, as: tag) }
            }
            let ofB = try await registry.events("?repository=b")
            #expect(ofB.map { $0["tag"]?.string } == ["v2", "v1"])
            #expect(try await registry.events("?tag=v1").map { $0["repository"]?.string } == ["b", "a"])
            #expect(try await registry.events("?action=tag-moved").isEmpty)
            #expect(try await registry.events("?action=tag-created").count == 4)
            let page = try await registry.events("?n=3")
            let last = page.last?["id"]?.integer ?? 0
            #expect(try await registry.events("?n=3&before=\(last)").map { $0["tag"]?.string } == ["v1"])
            for query in ["?action=nothing", "?before=x", "?before=0", "?repository=UPPER", "?tag=%2F"] {
                let status = try await registry.admin(.get, "audit\(query)").status
                #expect((400..<500).contains(status), "\(query)")
            }
        }
    }

    private func send(
        _ method: HTTPRequest.Method, _ condition: String, _ body: String?, to registry: TestRegistry
    ) async throws -> HTTPResponse {
        let token = try WholeFile.read(registry.dataFolder.appending("admin-token"))
        let text = String(decoding: token, as: UTF8.self).filter { !$0.isWhitespace }
        return try await registry.send(
            method, "/api/v1/policies/registry",
            ["Authorization": "Bearer \(text)", "If-Match": condition], body: body.map { Array($0.utf8) })
    }
}
