// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport
import Synchronization
import Testing

@Suite struct UploadTests {
    private static let content = Array(
        repeatElement(Array(UInt8.min...UInt8.max) + [0, 1], count: 11_628).joined().prefix(3_000_000))

    private let bytes = content
    private let blob = Descriptor(mediaType: .ociLayerGzip, of: content)

    private func upload(to registry: some HTTPTransport, chunkBytes: Int64 = 64 << 20) async throws {
        var client = try RegistryClient.impatient(registry)
        client.chunkBytes = chunkBytes
        try await client.repository(RepositoryName("app")).write(blob, from: .bytes(bytes))
    }

    /// Faults for the first requests that begin so, in order.
    private func faults(
        _ list: [(String, SessionRegistry.Fault)]
    ) -> @Sendable (String) -> SessionRegistry.Fault? {
        let left = Mutex(list)
        return { line in
            left.withLock { left in
                guard let first = left.first, line.hasPrefix(first.0) else { return nil }
                return left.removeFirst().1
            }
        }
    }

    @Test(arguments: [false, true])
    func aBlobTravelsInOneRequest(hasAbsoluteLocations: Bool) async throws {
        let registry = SessionRegistry(.init(hasAbsoluteLocations: hasAbsoluteLocations))
        try await upload(to: registry)
        #expect(registry.blob(blob.digest) == bytes)
        #expect(registry.lines == ["POST /v2/app/blobs/uploads/", "PUT /v2/app/blobs/uploads/s1 +3000000"])
    }

    @Test func anUploadThatBreaksGoesOnWhereTheRegistryIs() async throws {
        let registry = SessionRegistry(
            fault: faults([("PUT", .breaks(afterBytes: 1_000_000)), ("PATCH", .breaks(afterBytes: 500_000))]))
        try await upload(to: registry)
        #expect(registry.blob(blob.digest) == bytes)
        let head = "HEAD /v2/app/blobs/\(blob.digest)"
        let session = "/v2/app/blobs/uploads/s1"
        #expect(
            registry.lines == [
                "POST /v2/app/blobs/uploads/", "PUT \(session) +3000000", "GET \(session)", head,
                "PATCH \(session) 1000000-2999999", "GET \(session)", head,
                "PATCH \(session) 1500000-2999999", "PUT \(session) +0",
            ])
    }

    @Test(
        arguments: [
            [("PUT", .breaks(afterBytes: 0))],  // nothing came
            [("PUT", .breaks(afterBytes: 3_000_000))],  // everything came, the blob was not closed
            [("PUT", .losesAnswer)],  // the blob is there
            [("PUT", .status(500))],
            [("PUT", .status(502)), ("PUT", .status(504))],
            [("PUT", .status(408))],
            [("PUT", .forgets)],
            [("PUT", .breaks(afterBytes: 9)), ("GET", .losesAnswer)],
            [("PUT", .breaks(afterBytes: 9)), ("GET", .status(404))],
            [("PUT", .breaks(afterBytes: 9)), ("PATCH", .status(416))],
            [("PUT", .breaks(afterBytes: 9)), ("PATCH", .status(404, code: "BLOB_UPLOAD_UNKNOWN"))],
            [("PUT", .breaks(afterBytes: 9)), ("PATCH", .status(409, code: "BLOB_UPLOAD_INVALID"))],
            [("PUT", .breaks(afterBytes: 9)), ("PATCH", .losesAnswer), ("PUT", .losesAnswer)],
            [("PUT", .breaks(afterBytes: 9)), ("PUT", .status(400, code: "DIGEST_INVALID"))],
            [("POST", .losesAnswer)],
            [("POST", .status(500)), ("POST", .status(503))],
        ] as [[(String, SessionRegistry.Fault)]])
    func afterEveryFaultTheBlobIsThere(list: [(String, SessionRegistry.Fault)]) async throws {
        let registry = SessionRegistry(fault: faults(list))
        try await upload(to: RetryingTransport(registry, sleep: { _ in }))
        #expect(registry.blob(blob.digest) == bytes, "\(registry.lines)")
        #expect(registry.lines.count < 20, "\(registry.lines)")
    }

    @Test(arguments: [
        (400, "DIGEST_INVALID"), (401, "UNAUTHORIZED"), (403, "DENIED"), (404, "NAME_UNKNOWN"),
        (409, "DENIED"),
        (429, "TOOMANYREQUESTS"), (503, "UNAVAILABLE"), (405, "UNSUPPORTED"),
    ])
    func whatTheRegistryRefusesIsNotSentAgain(status: Int, code: String) async throws {
        let registry = SessionRegistry { $0.hasPrefix("PUT") ? .status(status, code: code) : nil }
        await #expect {
            try await upload(to: registry)
        } throws: { "\($0)".contains("\(status)") && "\($0)".contains(code) }
        #expect(registry.lines.count == 2)
    }

    @Test func aRegistryThatAlwaysBreaksIsGivenUp() async throws {
        let registry = SessionRegistry {
            $0.hasPrefix("PUT") || $0.hasPrefix("PATCH") ? .breaks(afterBytes: 1) : nil
        }
        await #expect { try await upload(to: registry) } throws: { "\($0)".contains("connection reset") }
        #expect(registry.lines.filter { $0.hasPrefix("P") && !$0.hasPrefix("POST") }.count == 5)
    }

    @Test func aStepForwardIsNotAFaultMore() async throws {
        // 1 MiB and a little before each break: ten breaks in all, each after a step.
        let large = Array(repeating: bytes, count: 4).flatMap(\.self)
        let registry = SessionRegistry {
            $0.hasPrefix("P") && !$0.hasSuffix("+0") && !$0.hasPrefix("POST")
                ? .breaks(afterBytes: 1_100_000) : nil
        }
        let repository = try RegistryClient.impatient(registry).repository(RepositoryName("app"))
        let blob = Descriptor(mediaType: .ociLayerGzip, of: large)
        try await repository.write(blob, from: .bytes(large))
        #expect(registry.blob(blob.digest) == large)
    }

    @Test func chunksAreAsLongAsTheRegistryAsks() async throws {
        let registry = SessionRegistry(.init(minimumChunk: 1_250_000))
        try await upload(to: registry, chunkBytes: 1_000_000)
        #expect(registry.blob(blob.digest) == bytes)
        #expect(
            registry.lines.dropFirst().map { $0.split(separator: " ").last ?? "" } == [
                "0-1249999", "1250000-2499999", "2500000-2999999", "+0",
            ])
    }

    @Test func aBlobThatFitsIntoOneChunkTravelsInOneRequest() async throws {
        let registry = SessionRegistry(.init(minimumChunk: 10))
        try await upload(to: registry)
        #expect(registry.lines.last == "PUT /v2/app/blobs/uploads/s1 +3000000")
    }

    @Test func aBodyThatIsTooLargeTravelsInSmallerOnes() async throws {
        let registry = SessionRegistry(.init(bodyLimit: 1_600_000))
        try await upload(to: registry)
        #expect(registry.blob(blob.digest) == bytes)
        let narrow = SessionRegistry(.init(bodyLimit: 1_000))
        await #expect { try await upload(to: narrow) } throws: { "\($0)".contains("413") }
    }

    @Test(arguments: [200, 202])
    func anotherGoodStatusCountsWhenTheBlobIsThere(status: Int) async throws {
        let registry = SessionRegistry(.init(storedStatus: status))
        try await upload(to: registry)
        #expect(registry.lines.last == "HEAD /v2/app/blobs/\(blob.digest)")
        let liar = SessionRegistry(.init(storedStatus: status, losesBlobs: true))
        await #expect { try await upload(to: liar) } throws: { "\($0)".contains("answered \(status)") }
    }

    @Test func aBlobThatIsNamedBySHA512MayBeAnsweredBySHA256() async throws {
        let registry = FakeRegistry { request throws(TransportError) in
            guard request.method == .put else {
                return HTTPResponse(status: 202, headers: ["Location": "/v2/app/blobs/uploads/1"])
            }
            return HTTPResponse(status: 201, headers: ["Docker-Content-Digest": "\(Digest(of: [1]))"])
        }
        let repository = try RegistryClient.impatient(registry).repository(RepositoryName("app"))
        let digest = Digest(of: bytes, algorithm: .sha512)
        let blob = Descriptor(mediaType: .ociLayerGzip, digest: digest, size: Int64(bytes.count))
        try await repository.write(blob, from: .bytes(bytes))
        #expect(registry.lines.last?.contains("digest=sha512:") == true)
        await #expect { try await repository.write(self.blob, from: .bytes(bytes)) } throws: {
            if case .mismatch = $0 as? RegistryError { true } else { false }
        }
    }

    @Test func bytesThatHaveChangedWhereTheyLieAreNotTheRegistrysFault() async throws {
        let registry = SessionRegistry()
        let repository = try RegistryClient.impatient(registry).repository(RepositoryName("app"))
        await #expect {
            try await repository.write(blob, from: .bytes(bytes.reversed()))
        } throws: { "\($0)".contains("the store is damaged: \(blob.digest)") }
    }

    @Test func aSourceOfAnotherSizeIsNotSent() async throws {
        let registry = SessionRegistry()
        let repository = try RegistryClient.impatient(registry).repository(RepositoryName("app"))
        await #expect {
            try await repository.write(blob, from: .bytes([1]))
        } throws: { if case .mismatch = $0 as? RegistryError { true } else { false } }
        #expect(registry.lines.isEmpty)
    }

    @Test func aCancelledPauseEndsTheUpload() async throws {
        let registry = SessionRegistry { $0.hasPrefix("PUT") ? .breaks(afterBytes: 1) : nil }
        var client = try RegistryClient.impatient(registry)
        client.backOff.sleep = { _ in throw CancellationError() }
        let repository = client.repository(try RepositoryName("app"))
        await #expect {
            try await repository.write(blob, from: .bytes(bytes))
        } throws: {
            if case .local(let cause) = $0 as? RegistryError { cause is CancellationError } else { false }
        }
        #expect(registry.lines.count == 2)
    }
}
