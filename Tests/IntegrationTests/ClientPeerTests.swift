// SPDX-License-Identifier: Apache-2.0

import CurlTransport
import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport
import ScriptedHTTP
import SystemPackage
import Testing

/// The client against registries of other people: what fakes may have got wrong.
@Suite struct ClientPeerTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private static func client(of address: String, in folder: FilePath) throws -> RegistryClient {
        RegistryClient(
            registry: address, origin: HTTPURL(.http, address, "/"),
            transport: RetryingTransport(try CurlTransport()), spoolFolder: folder)
    }

    /// Pushes an artifact of one layer.
    private static func push(
        _ layer: String, to repository: RemoteRepository, as tag: String, subject: Descriptor? = nil
    ) async throws -> Manifest {
        let contents = [("{}", MediaType.ociEmptyJSON), (layer, .octetStream)]
        let blobs = contents.map { Descriptor(mediaType: $1, of: Array($0.utf8)) }
        for (blob, content) in zip(blobs, contents) {
            try await repository.write(blob, from: .bytes(Array(content.0.utf8)))
        }
        var image = ImageManifest(config: blobs[0], layers: [blobs[1]])
        image.artifactType = try MediaType("application/vnd.test.\(tag)")
        image.subject = subject
        let manifest = try Manifest(.image(image))
        #expect(try await repository.put(manifest, as: Tag(tag)) == .published(manifest.descriptor))
        return manifest
    }

    private static func check(_ address: String, in folder: FilePath) async throws {
        let proxy = try FaultProxy(before: #require(UInt16(address.split(separator: ":").last ?? ""))) { _ in
            nil
        }
        let client = try client(of: proxy.address, in: folder)
        let (library, app) = (
            client.repository(try RepositoryName("library")),
            client.repository(try RepositoryName("team/app"))
        )
        let manifest = try await push("layer", to: library, as: "one")

        // A copy within the registry moves no bytes.
        #expect(
            try await app.push(manifest.descriptor, from: library, as: Tag("one"))
                == .published(manifest.descriptor))
        #expect(proxy.lines.filter { $0.hasPrefix("POST") && $0.contains("mount=") }.count == 2)
        #expect(!proxy.lines.contains { $0.hasPrefix("PUT /v2/team/app/blobs/") }, "\(proxy.lines)")
        #expect(!proxy.lines.contains { $0.hasPrefix("GET /v2/library/blobs/") }, "\(proxy.lines)")
        #expect(try await client.repositories().map(\.description) == ["library", "team/app"])

        // Referrers, whether the registry lists them or not.
        let signatures = try await [
            push("a", to: app, as: "signature", subject: manifest.descriptor),
            push("b", to: app, as: "bill", subject: manifest.descriptor),
        ]
        let digest = manifest.descriptor.digest
        let found = try await app.referrers(of: digest)
        #expect(Set(found.map(\.digest)) == Set(signatures.map(\.descriptor.digest)))
        let bills = try await app.referrers(of: digest, artifactType: MediaType("application/vnd.test.bill"))
        #expect(bills.map(\.digest) == [signatures[1].descriptor.digest])

        try await app.delete(.digest(signatures[0].descriptor.digest))
        #expect(try await app.resolve(.tag(Tag("signature"))) == nil)
        await #expect {
            try await app.delete(.digest(Digest(of: [1])))
        } throws: { if case .notFound = $0 as? RegistryError { true } else { false } }
    }

    @Test func dockerRegistry() async throws {
        let folder = folder.path
        try await Peers.withDockerRegistry(in: folder) { try await ClientPeerTests.check($0, in: folder) }
    }

    @Test func stetServe() async throws {
        let folder = folder.path
        try await Peers.withStetServe(in: folder, writeOnce: false) {
            try await ClientPeerTests.check($0, in: folder)
        }
    }

    @Test func aRegistryThatDeletesNothingSaysSoClearly() async throws {
        let folder = folder.path
        try await Peers.withStetServe(in: folder) { address in
            let app = try ClientPeerTests.client(of: address, in: folder).repository(RepositoryName("app"))
            let manifest = try await ClientPeerTests.push("layer", to: app, as: "one")
            for name in [
                RegistryRoute.ManifestReference.tag(try Tag("one")), .digest(manifest.descriptor.digest),
            ] {
                await #expect {
                    try await app.delete(name)
                } throws: { error in
                    guard case .notDeleted(let refusal) = error as? RegistryError else { return false }
                    return refusal.answer.status == 409 && "\(refusal)".contains("what next")
                }
            }
        }
    }
}
