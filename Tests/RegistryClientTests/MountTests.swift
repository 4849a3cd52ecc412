// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport
import Testing

@Suite struct MountTests {
    private let bytes: [UInt8] = [1, 2, 3, 4]

    private var blob: Descriptor { Descriptor(mediaType: .ociLayerGzip, of: bytes) }

    /// A registry whose blobs can be read in `library`, and where `target` has none.
    private func registry(_ target: SessionRegistry) -> FakeRegistry {
        let bytes = bytes
        return FakeRegistry(asking: target) { request throws(TransportError) in
            guard request.method == .get, request.url.path.hasPrefix("/v2/library/blobs/sha256:") else {
                return nil
            }
            return HTTPResponse(status: 200, body: bytes)
        }
    }

    /// Copies the blob from `library` to `app`.
    private func copy(in registry: FakeRegistry) async throws {
        let client = try RegistryClient.impatient(registry)
        try await copyGraph(
            [blob], from: client.repository(RepositoryName("library")),
            to: client.repository(RepositoryName("app")))
    }

    @Test func aBlobOfTheSameRegistryIsMounted() async throws {
        let registry = registry(SessionRegistry(.init(mountable: ["library"])))
        try await copy(in: registry)
        #expect(
            registry.lines == [
                "HEAD /v2/app/blobs/\(blob.digest)",
                "POST /v2/app/blobs/uploads/?mount=\(blob.digest)&from=library",
            ])
    }

    @Test func aMountThatIsDeclinedBecomesAnUploadInItsSession() async throws {
        let sessions = SessionRegistry()
        let registry = registry(sessions)
        try await copy(in: registry)
        #expect(sessions.blob(blob.digest) == bytes)
        #expect(registry.lines.filter { $0.hasPrefix("POST") }.count == 1)
    }

    @Test(arguments: [400, 401, 403, 404, 405, 500])
    func aMountThatIsRefusedBecomesAnUpload(status: Int) async throws {
        let sessions = SessionRegistry()
        let bytes = bytes
        let registry = FakeRegistry(asking: sessions) { request throws(TransportError) in
            if request.method == .get { return HTTPResponse(status: 200, body: bytes) }
            guard request.url.query?.contains("mount=") == true else { return nil }
            return HTTPResponse(status: status)
        }
        try await copy(in: registry)
        #expect(sessions.blob(blob.digest) == bytes)
    }

    @Test func anotherRegistryIsNotAskedToMount() async throws {
        let registry = registry(SessionRegistry())
        let client = try RegistryClient.impatient(registry)
        var other = RegistryClient(
            registry: "q.io", origin: try HTTPURL("https://q.io/"), transport: registry)
        other.backOff.sleep = { _ in }
        try await copyGraph(
            [blob], from: other.repository(RepositoryName("library")),
            to: client.repository(RepositoryName("app")))
        #expect(!registry.lines.contains { $0.contains("mount=") })
        #expect(registry.lines.last?.hasPrefix("PUT") == true)
    }
}
