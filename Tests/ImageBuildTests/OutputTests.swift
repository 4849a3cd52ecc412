// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage
import Testing

/// The forms in which an image is written.
@Suite struct OutputTests {
    private static let text = "FROM scratch\nCOPY a /a\nARG TARGETARCH\nLABEL arch=$TARGETARCH"

    @Test func severalPlatformsMakeAnIndex() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let image = try await fixture.cachedBuild(Self.text) {
            $0.platforms = [try Platform("linux/amd64"), try Platform("linux/arm64")]
            $0.output.annotations = [
                ImageAnnotation(.index, "a"): "1", ImageAnnotation(.manifest, "a"): "1",
                ImageAnnotation(.index, "b"): "2", ImageAnnotation(.manifest, "c"): "3",
            ]
            $0.tags = [try Reference("app:1"), try Reference("app:2")]
        }.image
        let bytes = try await fixture.store.read(image.manifest, limitBytes: 1 << 20)
        guard case .index(let index) = try Manifest(bytes, mediaType: .ociIndex).content else {
            Issue.record("no index")
            return
        }
        #expect(index.manifests.map { $0.platform?.description } == ["linux/amd64", "linux/arm64"])
        #expect(index.annotations == ["a": "1", "b": "2"])
        for (descriptor, built) in zip(index.manifests, image.images) {
            #expect(descriptor.identity == built.manifest)
            let manifest = try await fixture.store.read(descriptor.identity, limitBytes: 1 << 20)
            guard case .image(let one) = try Manifest(manifest, mediaType: .ociManifest).content else {
                continue
            }
            #expect(one.annotations == ["a": "1", "c": "3"])
            let text = try await fixture.store.read(one.config, limitBytes: 1 << 20)
            let config = try JSONDocument.decode(ImageConfig.self, from: text, noun: "configuration")
            #expect(config.config?.labels == ["arch": built.platform.architecture])
        }
        #expect(try await fixture.store.find("docker.io/library/app:2")?.digest == image.manifest.digest)
    }

    @Test(arguments: [
        (ImageFormat.oci, LayerCompression.gzip(level: 1), MediaType.ociManifest, MediaType.ociLayerGzip),
        (.oci, .zstd(level: 3), .ociManifest, .ociLayerZstd), (.oci, .none, .ociManifest, .ociLayer),
        (.docker, .gzip(level: 3), .dockerManifest, .dockerLayerGzip),
        (.docker, .none, .dockerManifest, .dockerLayer),
    ])
    func formatAndCompressionAreThoseAskedFor(
        _ format: ImageFormat, _ compression: LayerCompression, _ manifest: MediaType, _ layer: MediaType
    ) async throws {
        let fixture = try BuildFixture().file("a", "A")
        var diffIDs: Set<[Digest]> = []
        for _ in 0..<2 {
            let image = try await fixture.cachedBuild(Self.text) {
                $0.output.format = format
                $0.output.compression = compression
            }.image
            #expect(image.manifest.mediaType == manifest)
            let content = try await fixture.manifest(image)
            #expect(content.layers.map(\.mediaType) == [layer])
            #expect(content.config.mediaType == (format == .oci ? .ociConfig : .dockerConfig))
            diffIDs.insert(try await fixture.config(image).rootfs.diffIDs)
        }
        diffIDs.insert(try await fixture.config(fixture.cachedBuild(Self.text).image).rootfs.diffIDs)
        #expect(diffIDs.count == 1)
    }

    @Test func theMetadataHasBuildKitsKeys() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let image = try await fixture.build(Self.text)
        let names = [try Reference("x.example/a:1"), try Reference("b")]
        let value = try JSONDocument.decode(
            JSONValue.self, from: image.metadata(names: names), noun: "metadata")
        #expect(value["containerimage.digest"]?.string == image.manifest.digest.description)
        #expect(value["containerimage.config.digest"]?.string == image.config.digest.description)
        #expect(value["containerimage.descriptor"]?["size"] == .integer(image.manifest.size))
        #expect(
            value["containerimage.descriptor"]?["platform"]
                == .object(["architecture": .string("amd64"), "os": .string("linux")]))
        #expect(value["image.name"]?.string == "x.example/a:1,docker.io/library/b:latest")
    }

    // MARK: Named contexts

    @Test func aNamedFolderIsCopiedFrom() async throws {
        let fixture = try BuildFixture().file("other/x", "X").file("other/.dockerignore", "no").file(
            "other/no", "")
        let image = try await fixture.build("FROM scratch\nCOPY --from=More . /") {
            $0.namedContexts["more"] = .folder($0.context.appending("other"))
        }
        #expect(try await fixture.listings(image) == [[".dockerignore file 644 0:0 no", "x file 644 0:0 X"]])
    }

    @Test func aNamedImageStandsForAStageOrAnImage() async throws {
        let fixture = try BuildFixture()
        try await fixture.addImage("mine:1", layers: [[LayerEntry.file("m", "M")]])
        let text = "FROM scratch AS dep\nFROM dep\nCOPY --from=tool /m /n"
        let image = try await fixture.build(text) {
            $0.namedContexts = [
                "dep": .image(try Reference("mine:1")), "tool": .image(try Reference("mine:1")),
            ]
        }
        #expect(try await fixture.listings(image) == [["m file 644 0:0 M"], ["n file 644 0:0 M"]])
    }

    @Test func anImageOfALayoutIsABase() async throws {
        let other = try BuildFixture().file("a", "A")
        _ = try await other.build(Self.text) { $0.tags = [try Reference("there:1")] }
        let fixture = try BuildFixture()
        let folder = other.store.folder
        for name in [nil, "docker.io/library/there:1"] {
            let image = try await fixture.build("FROM base\nLABEL x=1") {
                $0.namedContexts["base"] = .layout(folder, name: name)
            }
            #expect(try await fixture.listings(image) == [["a file 644 0:0 A"]])
        }
    }

    // MARK: What options say

    private static let hex = String(repeating: "5", count: 64)

    @Test(arguments: [
        ("type=registry,ref=r.example/c:1", "r.example/c:1"), ("r.example/c", "r.example/c:latest"),
        ("type=local,src=/a/b", "/a/b"), ("type=local,dest=x,mode=max", "x"),
        ("\"type=local\",\"dest=a,b\"", "a,b"), ("type=local,src=x,tag=v1", "x:v1"),
        ("type=local,src=x,digest=sha256:\(hex)", "x@sha256:\(hex)"),
        ("type=local,src=x,tag=v1,digest=sha256:\(hex)", "x@sha256:\(hex)"),
        ("type=local,dest=x,tag=build-cache", "x"),
    ])
    func placesOfCachesAreRead(_ text: String, _ place: String) throws {
        #expect(try CacheLocation(text).description == place)
    }

    @Test(arguments: [
        "", "type=gha", "type=registry", "type=local", "ref=a", "type=local,dest=",
        "type=local,dest=x,mode=most",
        "type=local,dest=x,dest=y", "type=local,what=x,dest=y", "A:B:C", "type=local,src=x,tag=a/b",
        "type=local,src=x,digest=sha256:00", "type=registry,ref=r.io/c,tag=v1",
        "type=registry,ref=r.io/c,digest=sha256:\(hex)",
    ])
    func otherPlacesOfCachesAreRefused(_ text: String) {
        #expect(throws: InvalidValue.self) { try CacheLocation(text) }
    }

    @Test(arguments: [
        ("dir/sub", NamedContext.folder("dir/sub")), ("oci:l", .layout("l", name: nil)),
        ("oci-layout:///l:t", .layout("/l", name: "t")),
        ("oci-layout://l@sha256:0", .layout("l", name: "sha256:0")), ("files.tar", .folder("files.tar")),
    ])
    func namedContextsAreRead(_ text: String, _ context: NamedContext) throws {
        #expect(try NamedContext(text) == context)
    }

    @Test(arguments: [
        "https://x.example/y.tar.gz", "https://x.example/y.git#v1:sub", "git@x.example:y.git",
        "oci://x.example/files:1", "file:///r.git#main",
    ])
    func namedContextsElsewhereAreRead(_ text: String) throws {
        #expect(try NamedContext(text) == .remote(try BuildContextLocation.parse(text)))
    }

    @Test(arguments: [
        "", "-", "ftp://x.example/y", "docker-image://A:B:C", "target:x", "input:x", "oci://A:B:C",
    ])
    func otherNamedContextsAreRefused(_ text: String) {
        #expect(throws: InvalidValue.self) { try NamedContext(text) }
    }

    @Test(arguments: [
        ("id=a,src=/f", "a", SecretSource.file("/f")), ("id=a,env=V", "a", .variable("V")),
        ("id=HOME", "HOME", .variable("HOME")), ("id=nobody", "nobody", .file("nobody")),
        ("type=file,id=HOME", "HOME", .file("HOME")), ("type=env,id=a,src=V", "a", .variable("V")),
    ])
    func secretsAreRead(_ text: String, _ id: String, _ source: SecretSource) throws {
        let secret = try SecretSource.parse(text) { $0 == "HOME" }
        #expect(secret.id == id)
        #expect(secret.source == source)
    }

    @Test(arguments: ["", "src=x", "id=", "id=a,type=vault", "id=a,id=b"])
    func otherSecretsAreRefused(_ text: String) {
        #expect(throws: InvalidValue.self) { try SecretSource.parse(text) { _ in false } }
    }

    @Test(arguments: [
        ("a:1.2.3.4", "a", "1.2.3.4"), ("a.b=::1", "a.b", "::1"), ("h:[fe80::1]", "h", "fe80::1"),
        ("g:host-gateway", "g", "host-gateway"),
    ])
    func extraHostsAreRead(_ text: String, _ name: String, _ address: String) throws {
        #expect(try ExtraHost(text).name == name)
        #expect(try ExtraHost(text).address == address)
    }

    @Test(
        arguments: [
            "", "a", "a:", ":1.2.3.4", "a:name", "a b:1.2.3.4", "a\n:1.2.3.4", "a:1.2.3", "a:1.2.3.4.5",
            "a:1.2.3.256",
            "a:[1.2.3.4",
        ])
    func otherHostsAreRefused(_ text: String) {
        #expect(throws: InvalidValue.self) { try ExtraHost(text) }
    }
}
