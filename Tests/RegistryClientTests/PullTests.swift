// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport
import Testing

@Suite struct PullTests {
    private let origin = MemoryStore()

    private func repository(_ registry: FakeRegistry) throws -> RemoteRepository {
        try RegistryClient.impatient(registry).repository(try RepositoryName("app"))
    }

    /// Serves `origin`; the tag `1` names `root`.
    private func registry(_ root: Descriptor, corrupt: Bool = false) -> FakeRegistry {
        FakeRegistry { [origin] request throws(TransportError) in
            let name = String(request.url.path.split(separator: "/").last ?? "")
            let digest = name == "1" ? root.digest : try? Digest(name)
            guard let digest,
                let bytes = origin.content(Descriptor(mediaType: .json, digest: digest, size: 0))
            else {
                return HTTPResponse(status: 404)
            }
            let isManifest = request.url.path.contains("/manifests/")
            return HTTPResponse(
                status: 200, headers: ["Content-Type": isManifest ? MediaType.ociManifest.rawValue : "a/b"],
                body: corrupt && !isManifest ? bytes.reversed() : bytes)
        }
    }

    private func image() throws -> Descriptor {
        let config = origin.add(Array("{}".utf8), .ociConfig)
        let layer = origin.add([1, 2, 3], .ociLayerGzip)
        return origin.add(
            try Manifest(.image(ImageManifest(config: config, layers: [layer]))).bytes, .ociManifest)
    }

    @Test func everythingUnderATagArrives() async throws {
        let root = try image()
        let target = MemoryStore()
        let pulled = try await repository(registry(root)).pull(.tag(Tag("1")), platform: nil, into: target)
        #expect(pulled.digest == root.digest)
        #expect(
            target.contains(root)
                && target.content(Descriptor(mediaType: .ociLayerGzip, of: [1, 2, 3])) == [1, 2, 3])
    }

    @Test func bytesThatDifferFromTheirDigestAreNotStored() async throws {
        let root = try image()
        let target = MemoryStore()
        await #expect(throws: (any Error).self) {
            _ = try await repository(registry(root, corrupt: true)).pull(
                .tag(Tag("1")), platform: nil, into: target)
        }
        #expect(!target.contains(root))
    }

    @Test func anUnknownTagIsNamed() async throws {
        let root = try image()
        await #expect {
            _ = try await repository(registry(root)).pull(.tag(Tag("2")), platform: nil, into: MemoryStore())
        } throws: { "\($0)".contains("r.io/app:2") }
    }

    @Test func aManifestOfAnotherDigestIsRefused() async throws {
        let root = try image()
        let wanted = Digest(of: [9])
        let registry = FakeRegistry { [origin] _ throws(TransportError) in
            HTTPResponse(
                status: 200, headers: ["Content-Type": MediaType.ociManifest.rawValue],
                body: origin.content(root) ?? [])
        }
        await #expect {
            _ = try await repository(registry).manifest(.digest(wanted))
        } throws: { "\($0)".contains("\(wanted)") && "\($0)".contains("\(root.digest)") }
    }

    @Test(arguments: [405, 501])
    func aRegistryThatDoesNotAnswerHEADIsAskedWithGET(status: Int) async throws {
        let root = try image()
        let registry = FakeRegistry(asking: registry(root)) { request throws(TransportError) in
            request.method == .head ? HTTPResponse(status: status) : nil
        }
        #expect(try await repository(registry).resolve(.tag(Tag("1")))?.digest == root.digest)
        #expect(try await repository(registry).resolve(.tag(Tag("2"))) == nil)
    }

    @Test(arguments: ["application/json", "application/vnd.docker.distribution.manifest.v1+json", "", "text"])
    func anAnswerThatIsNoManifestIsSaidWithItsPlace(type: String) async throws {
        let registry = FakeRegistry { _ throws(TransportError) in
            HTTPResponse(status: 200, headers: ["Content-Type": type], body: Array("{}".utf8))
        }
        await #expect {
            _ = try await repository(registry).manifest(.tag(Tag("1")))
        } throws: { "\($0)".hasPrefix("GET https://r.io/v2/app/manifests/1: invalid m") }
    }

    @Test func aListThatIsNoneIsSaidWithItsPlace() async throws {
        let registry = FakeRegistry { _ throws(TransportError) in
            HTTPResponse(status: 200, body: Array("<html>".utf8))
        }
        await #expect {
            _ = try await repository(registry).tags()
        } throws: { "\($0)".hasPrefix("GET https://r.io/v2/app/tags/list: ") }
    }

    @Test func tagsAreReadPageAfterPage() async throws {
        let registry = FakeRegistry { request throws(TransportError) in
            let isFirst = request.url.query == nil
            return HTTPResponse(
                status: 200,
                headers: isFirst ? ["Link": "</v2/app/tags/list?last=b&n=2>; rel=\"next\""] : [:],
                body: Array(
                    (isFirst ? #"{"name":"app","tags":["a","b"]}"# : #"{"name":"app","tags":["c"]}"#).utf8))
        }
        #expect(try await repository(registry).tags().map(\.rawValue) == ["a", "b", "c"])
    }

    @Test func aListThatPointsToItselfEnds() async throws {
        let registry = FakeRegistry { _ throws(TransportError) in
            HTTPResponse(
                status: 200, headers: ["Link": "</v2/app/tags/list>; rel=\"next\""],
                body: Array(#"{"tags":["a"]}"#.utf8))
        }
        #expect(try await repository(registry).tags().map(\.rawValue) == ["a"])
    }
}
