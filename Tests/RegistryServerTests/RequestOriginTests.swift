// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryServer
import RegistryTransport
import Testing

/// Who asked: the request's name in answers and the audit trail, the client's address in the audit trail.
@Suite struct RequestOriginTests {
    @Test(arguments: ["42", "a.b-c_d:e/f+g=h@i", String(repeating: "x", count: 128)])
    func aRequestKeepsTheNameThatItHas(name: String) async throws {
        try await withTestRegistry { registry in
            for target in [
                "/v2/", "/v2/r/manifests/none", "/v2/r/blobs/malformed", "/nowhere", "/api/v1/audit",
            ] {
                for method in [HTTPRequest.Method.get, .head] {
                    let response = try await registry.send(method, target, ["X-Request-Id": name])
                    #expect(response.headers["X-Request-Id"] == name, "\(target)")
                }
            }
        }
    }

    @Test(arguments: [nil, "", "two words", "ümlaut", "\"quoted\"", String(repeating: "x", count: 129)])
    func aRequestWithoutAUsableNameGetsOne(name: String?) async throws {
        try await withTestRegistry { registry in
            var names: Set<String> = []
            for _ in 0..<2 {
                let headers: HTTPHeaders = name.map { ["X-Request-Id": $0] } ?? [:]
                let given = try await registry.send(.get, "/v2/", headers).headers["X-Request-Id"] ?? ""
                #expect(given.count == 16 && given.allSatisfy(\.isHexDigit), "\(given)")
                names.insert(given)
            }
            #expect(names.count == 2)
        }
    }

    @Test func theAuditTrailHasNameAndAddress() async throws {
        try await withTestRegistry(writeOnce: true) { registry in
            let a = try await registry.image("a", in: "r")
            let b = try await registry.image("b", in: "r")
            for (image, status) in [(a, 201), (b, 409)] {
                let response = try await registry.send(
                    .put, "/v2/r/manifests/v1",
                    ["Content-Type": image.mediaType, "X-Request-Id": "push-\(status)"],
                    body: image.bytes)
                #expect(response.status == status)
            }
            let events = try await registry.events()
            #expect(events.map { $0["request"]?.string } == ["push-409", "push-201", nil])
            #expect(events.map { $0["address"]?.string } == ["127.0.0.1", "127.0.0.1", nil])
        }
    }

    @Test(arguments: [
        (true, "203.0.113.9", "203.0.113.9"), (true, "192.0.2.1, 203.0.113.9", "203.0.113.9"),
        (true, "2001:db8::1", "2001:db8::1"), (true, "", "127.0.0.1"), (true, "<script>", "127.0.0.1"),
        (false, "203.0.113.9", "127.0.0.1"),
    ])
    func onlyAProxySaysForWhomItAsks(isBehindProxy: Bool, header: String, address: String) async throws {
        try await withTemporaryFolder { folder in
            var configuration = RegistryConfiguration(dataFolder: folder)
            configuration.isBehindProxy = isBehindProxy
            try await withTestRegistry(configuration) { registry in
                let image = try await registry.image("a", in: "r")
                let response = try await registry.send(
                    .put, "/v2/r/manifests/v1", ["Content-Type": image.mediaType, "X-Forwarded-For": header],
                    body: image.bytes)
                #expect(response.status == 201)
                #expect(try await registry.events().first?["address"]?.string == address)
            }
        }
    }
}
