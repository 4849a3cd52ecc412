// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

@Suite struct BlobTests {
    private let content = Array("0123456789".utf8)

    @Test(arguments: DigestAlgorithm.allCases)
    func isReadAsItWasStored(algorithm: DigestAlgorithm) async throws {
        try await withTestRegistry { registry in
            let digest = try await registry.push(blob: content, to: "a/b", algorithm: algorithm)
            let read = try await registry.send(.get, "/v2/a/b/blobs/\(digest)")
            #expect(read.status == 200)
            #expect(read.body == content)
            #expect(read.headers["Docker-Content-Digest"] == digest.description)
            let head = try await registry.send(.head, "/v2/a/b/blobs/\(digest)")
            #expect(head.status == 200)
            #expect(head.headers["Content-Length"] == "10")
            #expect(head.body.isEmpty)
        }
    }

    @Test func holdsNothingAndMuch() async throws {
        try await withTestRegistry { registry in
            let large = [UInt8]((0..<3_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            for content in [[], large] {
                let digest = try await registry.push(blob: content, to: "a")
                let request = try registry.request(.get, "/v2/a/blobs/\(digest)")
                #expect(try await registry.send(request).body == content)
            }
        }
    }

    @Test(arguments: [
        ("bytes=0-0", 206, "0", "bytes 0-0/10"), ("bytes=2-4", 206, "234", "bytes 2-4/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"), ("bytes=8-99", 206, "89", "bytes 8-9/10"),
        ("bytes=-3", 206, "789", "bytes 7-9/10"), ("bytes=-99", 206, "0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, "", "bytes */10"), ("bytes=-0", 416, "", "bytes */10"),
        ("bytes=4-2", 200, "0123456789", nil), ("bytes=0-1,4-5", 200, "0123456789", nil),
        ("bytes=a-b", 200, "0123456789", nil), ("bytes=-", 200, "0123456789", nil),
        ("lines=0-1", 200, "0123456789", nil),
        ("bytes=99999999999999999999-", 200, "0123456789", nil),
    ])
    func isReadInParts(header: String, status: Int, text: String, range: String?) async throws {
        try await withTestRegistry { registry in
            let digest = try await registry.push(blob: content, to: "a")
            let response = try await registry.send(.get, "/v2/a/blobs/\(digest)", ["Range": header])
            #expect(response.status == status)
            #expect(response.headers["Content-Range"] == range)
            if status < 300 { #expect(response.text == text) }
        }
    }

    @Test func isKnownOnlyWhereItWasStored() async throws {
        try await withTestRegistry { registry in
            let digest = try await registry.push(blob: content, to: "a")
            let elsewhere = try await registry.send(.get, "/v2/b/blobs/\(digest)")
            #expect(elsewhere.status == 404)
            #expect(elsewhere.code == "BLOB_UNKNOWN")
        }
    }

    @Test func isMountedFromAnotherRepository() async throws {
        try await withTestRegistry { registry in
            let digest = try await registry.push(blob: content, to: "a")
            let mounted = try await registry.send(.post, "/v2/b/blobs/uploads/?mount=\(digest)&from=a")
            #expect(mounted.status == 201)
            #expect(mounted.headers["Location"] == "/v2/b/blobs/\(digest)")
            #expect(try await registry.send(.get, "/v2/b/blobs/\(digest)").body == content)
            let missing = try await registry.send(.post, "/v2/c/blobs/uploads/?mount=\(digest)&from=nowhere")
            #expect(missing.status == 202)
            #expect(missing.headers["Location"]?.hasPrefix("/v2/c/blobs/uploads/") == true)
        }
    }

    @Test func isDeletedFromOneRepositoryAndStaysInTheOther() async throws {
        try await withTestRegistry { registry in
            let digest = try await registry.push(blob: content, to: "a")
            try await registry.push(blob: content, to: "b")
            #expect(try await registry.send(.delete, "/v2/a/blobs/\(digest)").status == 202)
            #expect(try await registry.send(.delete, "/v2/a/blobs/\(digest)").status == 404)
            #expect(try await registry.send(.get, "/v2/a/blobs/\(digest)").status == 404)
            #expect(try await registry.send(.get, "/v2/b/blobs/\(digest)").body == content)
            #expect(try await registry.send(.delete, "/v2/b/blobs/\(digest)").status == 202)
            try await registry.push(blob: content, to: "b")
            #expect(try await registry.send(.get, "/v2/b/blobs/\(digest)").body == content)
        }
    }

    @Test func isNotDeletedWhileAManifestNeedsIt() async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("x", in: "a")
            #expect(try await registry.push(image, to: "a", as: "v1").status == 201)
            let config = Digest(of: Array(#"{"text": "x"}"#.utf8))
            let refused = try await registry.send(.delete, "/v2/a/blobs/\(config)")
            #expect(refused.status == 409)
            #expect(refused.code == "DENIED")
            #expect(try await registry.send(.head, "/v2/a/blobs/\(config)").status == 200)
            #expect(try await registry.send(.delete, "/v2/a/manifests/\(image.digest)").status == 202)
            #expect(try await registry.send(.delete, "/v2/a/blobs/\(config)").status == 202)
        }
    }
}
