// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

@Suite struct UploadTests {
    private let content = Array("hello, registry".utf8)

    private func start(_ registry: TestRegistry, _ repository: String = "a") async throws -> String {
        let response = try await registry.send(.post, "/v2/\(repository)/blobs/uploads/")
        #expect(response.status == 202)
        #expect(response.headers["Docker-Upload-UUID"] != nil)
        return try #require(response.headers["Location"])
    }

    private func expectStored(_ registry: TestRegistry, _ response: HTTPResponse) async throws {
        let digest = Digest(of: content)
        #expect(response.status == 201, "\(response.text)")
        #expect(response.headers["Location"] == "/v2/a/blobs/\(digest)")
        #expect(response.headers["Docker-Content-Digest"] == digest.description)
        #expect(try await registry.send(.get, "/v2/a/blobs/\(digest)").body == content)
    }

    @Test(arguments: DigestAlgorithm.allCases)
    func takesTheWholeBlobInTheClosingRequest(algorithm: DigestAlgorithm) async throws {
        try await withTestRegistry { registry in
            let digest = Digest(of: content, algorithm: algorithm)
            let location = try await start(registry)
            let response = try await registry.send(.put, "\(location)?digest=\(digest)", body: content)
            #expect(response.status == 201)
            #expect(try await registry.send(.get, "/v2/a/blobs/\(digest)").body == content)
        }
    }

    @Test func takesAStreamWithoutLength() async throws {
        try await withTestRegistry { registry in
            let location = try await start(registry)
            var patch = try registry.request(.patch, location, body: content)
            patch.framing = .chunked
            let response = try await registry.send(patch)
            #expect(response.status == 202)
            #expect(response.headers["Range"] == "0-14")
            let end = try await registry.send(.put, "\(location)?digest=\(Digest(of: content))")
            try await expectStored(registry, end)
        }
    }

    @Test(arguments: DigestAlgorithm.allCases)
    func takesChunksInOrderWithTheLastOneInTheClosingRequest(algorithm: DigestAlgorithm) async throws {
        try await withTestRegistry { registry in
            let location = try await start(registry)
            for (range, first, end) in [("0-4", 0, 5), ("5-9", 5, 10)] {
                let chunk = try await registry.send(
                    .patch, location, ["Content-Range": range], body: Array(content[first..<end]))
                #expect(chunk.status == 202)
                #expect(chunk.headers["Range"] == "0-\(end - 1)")
            }
            let status = try await registry.send(.get, location)
            #expect(status.status == 204)
            #expect(status.headers["Range"] == "0-9")
            let digest = Digest(of: content, algorithm: algorithm)
            let response = try await registry.send(
                .put, "\(location)?digest=\(digest)", ["Content-Range": "10-14"], body: Array(content[10...]))
            #expect(response.status == 201)
            #expect(try await registry.send(.get, "/v2/a/blobs/\(digest)").body == content)
        }
    }

    /// A client sends its next chunk as soon as it has the answer to the last one.
    @Test func letsGoOfTheUploadBeforeItAnswers() async throws {
        try await withTestRegistry { registry in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let location = try await start(registry)
                        for _ in 0..<100 {
                            let chunk = try await registry.send(.patch, location, body: content)
                            #expect(chunk.status == 202, "\(chunk.text)")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: ["0-4", "6-10", "4-8"]) func refusesAChunkThatIsOutOfOrder(range: String) async throws {
        try await withTestRegistry { registry in
            let location = try await start(registry)
            let first = try await registry.send(
                .patch, location, ["Content-Range": "0-4"], body: Array(content[..<5]))
            #expect(first.status == 202)
            let refused = try await registry.send(
                .patch, location, ["Content-Range": range], body: Array(content[5..<10]))
            #expect(refused.status == 416)
            #expect(refused.headers["Range"] == "0-4")
            #expect(refused.headers["Location"] == location)
            let end = try await registry.send(
                .put, "\(location)?digest=\(Digest(of: content))", body: Array(content[5...]))
            try await expectStored(registry, end)
        }
    }

    @Test(arguments: [
        ("five", "BLOB_UPLOAD_INVALID"), ("4-0", "BLOB_UPLOAD_INVALID"), ("0-9", "SIZE_INVALID"),
    ])
    func refusesARangeThatCannotBe(range: String, code: String) async throws {
        try await withTestRegistry { registry in
            let location = try await start(registry)
            let refused = try await registry.send(
                .patch, location, ["Content-Range": range], body: Array(content[..<5]))
            #expect(refused.status == 400)
            #expect(refused.code == code)
            #expect(try await registry.send(.get, location).headers["Range"] == "0-0")
        }
    }

    @Test(arguments: ["5-9", "5-13", "5-15"])
    func keepsNothingOfAStreamThatIsNotAsLongAsItsRange(range: String) async throws {
        try await withTestRegistry { registry in
            let location = try await start(registry)
            let first = try await registry.send(.patch, location, body: Array(content[..<5]))
            #expect(first.status == 202)
            for (method, target) in [
                (HTTPRequest.Method.patch, location), (.put, "\(location)?digest=\(Digest(of: content))"),
            ] {
                var stream = try registry.request(
                    method, target, ["Content-Range": range], body: Array(content[5...]))
                stream.framing = .chunked
                let refused = try await registry.send(stream)
                #expect(refused.status == 400)
                #expect(refused.code == "SIZE_INVALID")
                #expect(try await registry.send(.get, location).headers["Range"] == "0-4")
            }
            var stream = try registry.request(
                .patch, location, ["Content-Range": "5-14"], body: Array(content[5...]))
            stream.framing = .chunked
            #expect(try await registry.send(stream).headers["Range"] == "0-14")
            let end = try await registry.send(.put, "\(location)?digest=\(Digest(of: content))")
            try await expectStored(registry, end)
        }
    }

    @Test func storesNothingUnderAWrongDigest() async throws {
        try await withTestRegistry { registry in
            let other = Digest(of: [1, 2, 3])
            let single = try await registry.send(.post, "/v2/a/blobs/uploads/?digest=\(other)", body: content)
            #expect(single.status == 400)
            #expect(single.code == "DIGEST_INVALID")
            let location = try await start(registry)
            let closing = try await registry.send(.put, "\(location)?digest=\(other)", body: content)
            #expect(closing.status == 400)
            #expect(closing.code == "DIGEST_INVALID")
            #expect(try await registry.send(.head, "/v2/a/blobs/\(other)").status == 404)
            #expect(try await registry.send(.head, "/v2/a/blobs/\(Digest(of: content))").status == 404)
            #expect(try await registry.send(.get, location).status == 404)
        }
    }

    @Test(arguments: ["", "?digest=", "?digest=sha256:12", "?digest=md5:d41d8cd98f00b204e9800998ecf8427e"])
    func needsADigestThatItCanCompute(query: String) async throws {
        try await withTestRegistry { registry in
            let location = try await start(registry)
            let response = try await registry.send(.put, location + query, body: content)
            #expect(response.status == 400)
            #expect(response.code == "DIGEST_INVALID")
        }
    }

    @Test func isOfUseInItsRepositoryOnly() async throws {
        try await withTestRegistry { registry in
            let location = try await start(registry)
            let other = location.replacing("/v2/a/", with: "/v2/b/")
            let digest = Digest(of: content)
            for (method, target) in [
                (HTTPRequest.Method.get, other), (.patch, other), (.put, "\(other)?digest=\(digest)"),
                (.delete, other),
            ] {
                let response = try await registry.send(method, target)
                #expect(response.status == 404)
                if method != .head { #expect(response.code == "BLOB_UPLOAD_UNKNOWN") }
            }
            let end = try await registry.send(.put, "\(location)?digest=\(digest)", body: content)
            try await expectStored(registry, end)
        }
    }

    @Test(arguments: ["x", "..%2F..%2Fregistry.sqlite", "0123456789abcdef0123456789abcdef01234567", "%00"])
    func knowsOnlySessionsThatItBegan(session: String) async throws {
        try await withTestRegistry { registry in
            let response = try await registry.send(.patch, "/v2/a/blobs/uploads/\(session)", body: content)
            #expect([400, 404].contains(response.status))
        }
    }

    @Test func isGoneAfterItWasCancelled() async throws {
        try await withTestRegistry { registry in
            let location = try await start(registry)
            #expect(try await registry.send(.delete, location).status == 204)
            #expect(try await registry.send(.get, location).status == 404)
            #expect(try await registry.send(.delete, location).status == 404)
        }
    }

    @Test func storesTheSameBlobFromManyClientsAtOnce() async throws {
        try await withTestRegistry { registry in
            let digest = Digest(of: content)
            let target = "/v2/a/blobs/uploads/?digest=\(digest)"
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await registry.send(.post, target, body: content).status }
                }
                for try await status in group { #expect(status == 201) }
            }
            #expect(try await registry.send(.get, "/v2/a/blobs/\(digest)").body == content)
        }
    }
}
