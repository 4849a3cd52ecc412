// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

@Suite struct ConvertedImageTests {
    private let temporary: ScratchFolder
    private let source: ImageLayout
    private let target: ImageLayout

    init() throws {
        temporary = try ScratchFolder()
        source = try ImageLayout(creating: temporary.path.appending("source"))
        target = try ImageLayout(creating: temporary.path.appending("target"))
    }

    // Inlined into its callers it crashes the compiler (Swift 6.3.1, optimised).
    @inline(never)
    private func manifest(_ descriptor: Descriptor, in reader: any BlobReader) async throws -> Manifest {
        try await Manifest(
            reader.read(descriptor, limitBytes: 1 << 20), mediaType: descriptor.mediaType)
    }

    @Test func thereAndBackIsTheSameImage() async throws {
        let oci = try SampleImage.store(in: source)
        let docker = try await ConvertedImage(oci, in: source, as: .docker)
        #expect(docker.root.mediaType == .dockerManifest)
        #expect(docker.root.digest != oci.digest)
        let types = try await childTypes(docker)
        #expect(types == [.dockerConfig, .dockerLayerGzip])
        let again = try await ConvertedImage(docker.root, in: docker, as: .oci)
        #expect(again.root == oci)
    }

    private func childTypes(_ image: ConvertedImage) async throws -> [MediaType] {
        try await manifest(image.root, in: image).children.map(\.mediaType)
    }

    @Test func anIndexNamesItsConvertedManifestsAndKeepsTheirPlatforms() async throws {
        var images = try ["a", "b"].map { try SampleImage.store(in: source, text: $0) }
        images[1].platform = try Platform("linux/arm64")
        let index = try SampleImage.store(index: images, in: source)
        let converted = try await ConvertedImage(index, in: source, as: .docker)
        try await copyGraph([converted.root], from: converted, to: target)
        try await target.tag(converted.root, as: "app:1")
        #expect(try await target.check().isEmpty)
        let list = try await manifest(converted.root, in: target)
        #expect(converted.root.mediaType == .dockerManifestList)
        #expect(list.children.map(\.mediaType) == [.dockerManifest, .dockerManifest])
        #expect(list.children.map(\.platform) == images.map(\.platform))
        for (old, new) in zip(images, list.children) {
            let layers = try await (manifest(old, in: source).children, manifest(new, in: target).children)
            #expect(layers.0.map(\.digest) == layers.1.map(\.digest), "blobs are the same")
        }
    }

    @Test func whatTheOtherFamilyCannotSayIsRefused() async throws {
        let config = try source.store(Array("{}".utf8), as: .ociConfig)
        let layer = Descriptor(mediaType: .ociNondistributableLayerZstd, digest: Digest(of: [1]), size: 1)
        let manifest = try Manifest(.image(ImageManifest(config: config, layers: [layer])))
        let image = try source.store(manifest.bytes, as: .ociManifest)
        await #expect {
            _ = try await ConvertedImage(image, in: source, as: .docker)
        } throws: { "\($0)".contains("docker images have no") && "\($0)".contains("\(layer.digest)") }
    }

    @Test func anArtifactsOwnTypesStay() async throws {
        let config = try source.store(Array("{}".utf8), as: .ociEmptyJSON)
        let blob = try source.store([1], as: MediaType("application/vnd.test"))
        let manifest = try Manifest(.image(ImageManifest(config: config, layers: [blob])))
        let image = try source.store(manifest.bytes, as: .ociManifest)
        let converted = try await ConvertedImage(image, in: source, as: .docker)
        let children = try await self.manifest(converted.root, in: converted).children
        #expect(children.map(\.mediaType) == [config.mediaType, blob.mediaType])
    }
}
