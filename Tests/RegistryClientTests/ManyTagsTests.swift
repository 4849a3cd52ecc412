// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport
import Synchronization
import Testing

@Suite struct ManyTagsTests {
    private let store = MemoryStore()
    private let root: Descriptor

    init() throws {
        let config = store.add(Array("{}".utf8), .ociConfig)
        let layer = store.add([1, 2, 3], .ociLayerGzip)
        let manifest = try Manifest(.image(ImageManifest(config: config, layers: [layer])))
        root = store.add(manifest.bytes, .ociManifest)
    }

    /// A registry that answers the PUT of a tag as `answer` says.
    private func registry(
        _ answer: @escaping @Sendable (_ tag: String) throws(TransportError) -> HTTPResponse
    ) -> FakeRegistry {
        FakeRegistry { request throws(TransportError) in
            switch request.method {
            case .post: return HTTPResponse(status: 202, headers: ["Location": "/v2/app/blobs/uploads/u"])
            case .put where request.url.path.contains("/manifests/"):
                return try answer(String(request.url.path.split(separator: "/").last ?? ""))
            case .put: return HTTPResponse(status: 201)
            default: return HTTPResponse(status: 404)
            }
        }
    }

    private func push(
        _ tags: [OCISpec.Tag], to registry: FakeRegistry
    ) async throws
        -> [Result<PushOutcome, RegistryError>]
    {
        try await RegistryClient.impatient(registry).repository(RepositoryName("app"))
            .push(root, from: store, asEachOf: tags, CopySettings(jobs: 8))
    }

    @Test func contentsGoOnceAndTheManifestUnderEachTag() async throws {
        let registry = registry { _ in HTTPResponse(status: 201) }
        let tags = try (0..<100).map { try Tag("t\($0)") }
        let answers = try await push(tags, to: registry)
        #expect(try answers.map { try $0.get() } == Array(repeating: .published(root), count: 100))
        let puts = registry.lines.filter { $0.hasPrefix("PUT") }
        #expect(puts.filter { $0.contains("/blobs/") }.count == 2)
        #expect(
            Set(puts.filter { $0.contains("/manifests/") }) == Set(tags.map { "PUT /v2/app/manifests/\($0)" })
        )
        #expect(puts.count == 102)
        #expect(registry.lines.count == 106, "no question for each tag")
    }

    @Test func aRefusedTagLeavesTheOthersAlone() async throws {
        let own = root.digest
        let registry = registry { tag in
            guard tag != "free" else { return HTTPResponse(status: 201) }
            let standing = tag == "same" ? own : Digest(of: [9])
            let body = """
                {"errors":[{"code":"DENIED","message":"immutable tag","detail":{"digest":"\(standing)"}}]}
                """
            return HTTPResponse(status: 409, body: Array(body.utf8))
        }
        let answers = try await push(["taken", "free", "same"].map { try Tag($0) }, to: registry)
        guard case .failure(.refused(let refusal)) = answers[0] else {
            Issue.record("\(answers[0])")
            return
        }
        #expect(refusal.reference.description == "r.io/app:taken" && refusal.standing == Digest(of: [9]))
        #expect(try answers[1].get() == .published(root))
        #expect(try answers[2].get() == .alreadyPublished(root))
    }

    @Test func aConnectionThatIsGoneEndsItAll() async throws {
        let registry = FakeRegistry { request throws(TransportError) in
            throw TransportError(.unreachable, request, "no route")
        }
        await #expect {
            _ = try await push([Tag("a"), Tag("b")], to: registry)
        } throws: { if case .transport = $0 as? RegistryError { true } else { false } }
    }

    @Test func anUploadSaysHowFarItIsAndAMountThatItWasOne() async throws {
        let registry = registry { _ in HTTPResponse(status: 201) }
        let events = Mutex([TransferEvent]())
        var settings = CopySettings(jobs: 1)
        settings.report = { event in events.withLock { $0.append(event) } }
        _ = try await RegistryClient.impatient(registry).repository(RepositoryName("app"))
            .push(root, from: store, asEachOf: [Tag("a")], settings)
        let layer = Descriptor(mediaType: .ociLayerGzip, of: [1, 2, 3])
        #expect(
            events.withLock { $0.filter { $0.descriptor == layer } } == [
                .started(layer), .advanced(layer, .sending, bytes: 3), .finished(layer),
            ])

        let mounting = FakeRegistry { request throws(TransportError) in
            HTTPResponse(status: request.method == .post ? 201 : 404)
        }
        let client = try RegistryClient.impatient(mounting)
        events.withLock { $0 = [] }
        try await copyGraph(
            [layer], from: client.repository(RepositoryName("library")),
            to: client.repository(RepositoryName("app")), settings)
        #expect(
            try events.withLock { $0 } == [.started(layer), .mounted(layer, from: RepositoryName("library"))])
    }

    @Test(arguments: [("r.io", "https://r.io/"), ("docker.io", "https://registry-1.docker.io/")])
    func whoIsNotLetInIsToldHowToLogIn(registry: String, origin: String) async throws {
        let fake = FakeRegistry { _ throws(TransportError) in HTTPResponse(status: 401) }
        let client = RegistryClient(registry: registry, origin: try HTTPURL(origin), transport: fake)
        await #expect {
            _ = try await client.repository(RepositoryName("app")).tags()
        } throws: { "\($0)".contains("`stet login \(registry)`") }
    }
}
