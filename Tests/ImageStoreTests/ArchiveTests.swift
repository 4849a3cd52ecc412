// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
import ScratchFolder
import Synchronization
import SystemPackage
import Testing

@Suite struct ArchiveTests {
    private let temporary: ScratchFolder
    private let layout: ImageLayout
    private let file: FilePath

    init() throws {
        temporary = try ScratchFolder()
        layout = try ImageLayout(creating: temporary.path.appending("store"))
        file = try temporary.folder("out").appending("image.tar")
    }

    /// A layout that does not say that it is one, as a registry's repository would not.
    private struct Elsewhere: BlobReader {
        let layout: ImageLayout

        func read(_ descriptor: Descriptor, limitBytes: Int) async throws -> [UInt8] {
            try await layout.read(descriptor, limitBytes: limitBytes)
        }

        func transfer(
            _ descriptor: Descriptor, to writer: any BlobWriter, advancing: @escaping TransferProgress
        ) async throws -> TransferOutcome {
            try await layout.transfer(descriptor, to: writer, advancing: advancing)
        }
    }

    /// A place that nobody must ask.
    private struct Untouchable: BlobReader {
        struct Touched: Error {}

        func read(_ descriptor: Descriptor, limitBytes: Int) throws -> [UInt8] { throw Touched() }

        func transfer(
            _ descriptor: Descriptor, to writer: any BlobWriter, advancing: @escaping TransferProgress
        ) throws -> TransferOutcome { throw Touched() }
    }

    @Test func aSavedIndexIsRefusedBeforeAnythingTravels() async throws {
        let index = Descriptor(mediaType: .ociIndex, of: [1])
        let image = ImageArchive.Image(names: ["app:1"], descriptor: index)
        await #expect(throws: ImageStoreError.notOneImage(index)) {
            try await ImageArchive.write(image, from: Untouchable(), as: .docker, to: file)
        }
        #expect(try outFolder.isEmpty)
    }

    private func write(
        _ descriptor: Descriptor, named names: String..., as format: ImageArchive.Format
    ) async throws {
        let image = ImageArchive.Image(names: names, descriptor: descriptor)
        try await ImageArchive.write(image, from: layout, as: format, to: file)
    }

    private var outFolder: [String] { get throws { try Folder.names(in: temporary.path.appending("out")) } }

    private func config(of image: Descriptor, in reader: any BlobReader) async throws -> [UInt8] {
        let bytes = try await reader.read(image, limitBytes: 1 << 20)
        let manifest = try Manifest(bytes, mediaType: image.mediaType)
        return try await reader.read(manifest.children[0], limitBytes: 1 << 20)
    }

    @Test func aLayoutArchiveGivesTheVerySameImage() async throws {
        let images = try ["a", "b"].map { try SampleImage.store(in: layout, text: $0) }
        let index = try SampleImage.store(index: images, in: layout)
        try await write(index, named: "app:1", as: .oci)
        #expect(try outFolder == ["image.tar"])
        let archive = try await ImageArchive.open(file, as: .oci)
        #expect(archive.images == [ImageArchive.Image(names: ["app:1"], descriptor: index)])
        let copy = try ImageLayout(creating: temporary.path.appending("copy"))
        try await copyGraph([archive.resolve("app:1")], from: archive, to: copy)
        try await copy.tag(index, as: "app:1")
        #expect(try await copy.check().isEmpty)
        #expect(try await copy.collectGarbage().contents == 0)
        #expect(copy.has(images[1]))
    }

    @Test(arguments: [ImageArchive.Format.oci, .docker])
    func eachContentThatGoesIntoTheFileIsTold(_ format: ImageArchive.Format) async throws {
        let descriptor = try SampleImage.store(in: layout)
        let events = Mutex<[TransferEvent]>([])
        var settings = CopySettings()
        settings.report = { event in events.withLock { $0.append(event) } }
        try await ImageArchive.write(
            ImageArchive.Image(names: ["app:1"], descriptor: descriptor), from: layout, as: format, to: file,
            settings: settings)
        let manifest = try Manifest(
            try await layout.read(descriptor, limitBytes: 1 << 20), mediaType: descriptor.mediaType)
        let expected =
            format == .oci ? [descriptor] + manifest.children : Array(manifest.children.dropFirst())
        let told = events.withLock { $0 }
        for content in expected {
            let own = told.filter { $0.descriptor == content }
            #expect(own.first == .started(content) && own.last == .finished(content), "\(own)")
            // An unpacked layer has other bytes than the content that is told of.
            if format == .oci { #expect(own.contains(.advanced(content, .sending, bytes: content.size))) }
        }
        #expect(Set(told.map(\.descriptor)) == Set(expected))
    }

    @Test(arguments: [ImageArchive.Format.oci, .docker])
    func theSameImageGivesTheSameBytesWhereverItComesFrom(_ format: ImageArchive.Format) async throws {
        let descriptor = try SampleImage.store(in: layout)
        try await write(descriptor, named: "app:1", as: format)
        let first = try WholeFile.read(file)
        let image = ImageArchive.Image(names: ["app:1"], descriptor: descriptor)
        try await ImageArchive.write(image, from: Elsewhere(layout: layout), as: format, to: file)
        #expect(try WholeFile.read(file) == first)
        #expect(try outFolder == ["image.tar"])
    }

    @Test(arguments: [LayerCompression.standard, .zstd(level: 3), .none])
    func aSavedImageKeepsItsConfigurationAndItsLayersUncompressed(
        _ compression: LayerCompression
    ) async throws {
        let image = try SampleImage.store(in: layout, compression: compression)
        try await write(image, named: "app:1", "registry.example:5000/team/app:2", as: .docker)
        let archive = try await ImageArchive.open(file, as: .docker)
        let saved = try #require(archive.images.first)
        #expect(saved.names == ["docker.io/library/app:1", "registry.example:5000/team/app:2"])
        #expect(try archive.resolve("app:1") == saved.descriptor)
        #expect(try archive.resolve("docker.io/library/app:1") == saved.descriptor)
        #expect(try await config(of: saved.descriptor, in: archive) == config(of: image, in: layout))
        let bytes = try await archive.read(saved.descriptor, limitBytes: 1 << 20)
        guard case .image(let manifest) = try Manifest(bytes, mediaType: .dockerManifest).content else {
            Issue.record("a docker archive has images")
            return
        }
        let text = try await config(of: image, in: layout)
        let configuration = try JSONDocument.decode(ImageConfig.self, from: text, noun: "configuration")
        #expect(manifest.config.mediaType == .dockerConfig)
        #expect(manifest.layers.map(\.mediaType) == [.dockerLayer])
        #expect(manifest.layers.map(\.digest) == configuration.rootfs.diffIDs)
    }

    @Test func aSavedImageIsACompleteImageInALayout() async throws {
        try await write(SampleImage.store(in: layout), named: "app:1", as: .docker)
        let archive = try await ImageArchive.open(file, as: .docker)
        let copy = try ImageLayout(creating: temporary.path.appending("copy"))
        let root = try archive.resolve(nil)
        try await copyGraph([root], from: archive, to: copy)
        try await copy.tag(root, as: "app:1")
        #expect(try await copy.check().isEmpty)
        try await copy.write(
            [ImageArchive.Image(names: ["app:1"], descriptor: root)], as: .docker,
            to: file.removingLastComponent().appending("again.tar"))
        #expect(
            try WholeFile.read(file)
                == WholeFile.read(file.removingLastComponent().appending("again.tar")))
    }

    @Test func layersThatSomebodyCompressedStayCompressed() async throws {
        let image = try SampleImage.store(in: layout)
        let manifest = try Manifest(layout.bytes(of: image, limitBytes: 1 << 20), mediaType: .ociManifest)
        let layer = try layout.bytes(of: manifest.children[1], limitBytes: 1 << 20)
        let tar = TestTar().adding("c.json", try await config(of: image, in: layout)).adding(
            "real.tar", layer
        )
        .adding("x/layer.tar", type: "2", link: "../real.tar")
        .adding("manifest.json", text: #"[{"Config":"c.json","Layers":["x/layer.tar"]}]"#)
        let saved = try temporary.file("saved.tar", bytes: tar.closed)
        let archive = try await ImageArchive.open(saved, as: .docker)
        let root = try archive.resolve(nil)
        let children = try await Manifest(
            archive.read(root, limitBytes: 1 << 20), mediaType: .dockerManifest
        ).children
        #expect(children[1].mediaType == .dockerLayerGzip)
        #expect(children[1].digest == manifest.children[1].digest)
        #expect(archive.images.map(\.names) == [[]])
    }

    @Test func manyImagesShareAnArchive() async throws {
        let images = try ["a", "b"].map { text in
            ImageArchive.Image(
                names: ["app:\(text)"], descriptor: try SampleImage.store(in: layout, text: text))
        }
        for format in [ImageArchive.Format.oci, .docker] {
            try await layout.write(images + [images[0]], as: format, to: file)
            let archive = try await ImageArchive.open(file, as: format)
            #expect(archive.images.count == 3)
            #expect(
                try await config(of: archive.resolve("app:b"), in: archive)
                    == config(of: images[1].descriptor, in: layout))
            let error = #expect(throws: ImageStoreError.self) { try archive.resolve(nil) }
            #expect("\(try #require(error))".contains("has 3 images, say which one"))
            let other = #expect(throws: ImageStoreError.self) { try archive.resolve("app:c") }
            #expect("\(try #require(other))".contains("app:b"))
        }
    }

    @Test func sha512IsNoProblemForLongNames() async throws {
        let bytes = Array("long".utf8)
        let blob = Descriptor(
            mediaType: .octetStream, digest: Digest(of: bytes, algorithm: .sha512), size: 4)
        try await layout.write(blob, from: .bytes(bytes))
        try await write(blob, as: .oci)
        let archive = try await ImageArchive.open(file, as: .oci)
        #expect(try await archive.read(archive.resolve(nil), limitBytes: 4) == bytes)
    }

    @Test(arguments: [
        (ImageArchive.Format.oci, ""), (.oci, "two words"), (.docker, "team/Upper:1"), (.docker, ""),
        (.docker, "app@\(Digest(of: []))"),
    ])
    func aNameThatTheFormatCannotHoldIsRefused(_ format: ImageArchive.Format, _ name: String) async throws {
        let image = try SampleImage.store(in: layout)
        await #expect(throws: ImageStoreError.invalidName(name)) {
            try await write(image, named: name, as: format)
        }
        #expect(try outFolder.isEmpty)
    }

    @Test func whatCannotBeWrittenLeavesTheOldFile() async throws {
        try WholeFile.write([1, 2, 3], to: file)
        let image = try SampleImage.store(in: layout)
        let index = try SampleImage.store(index: [image], in: layout)
        await #expect(throws: ImageStoreError.notOneImage(index)) { try await write(index, as: .docker) }
        let parts = try Manifest(layout.bytes(of: image, limitBytes: 1 << 20), mediaType: .ociManifest)
        let layer = layout.path(of: parts.children[1].digest)
        var bytes = try WholeFile.read(layer)
        bytes[14] ^= 0xFF
        try WholeFile.write(bytes, to: layer)
        await #expect(throws: ImageStoreError.self) { try await write(image, as: .docker) }
        try Folder.remove(layer)
        for format in [ImageArchive.Format.oci, .docker] {
            await #expect(throws: ImageStoreError.missing(parts.children[1].digest)) {
                try await write(image, as: format)
            }
            let source = ImageArchive.Image(names: [], descriptor: image)
            await #expect(throws: ImageStoreError.missing(parts.children[1].digest)) {
                try await ImageArchive.write(source, from: Elsewhere(layout: layout), as: format, to: file)
            }
        }
        #expect(try WholeFile.read(file) == [1, 2, 3])
        #expect(try outFolder == ["image.tar"])
    }

    @Test func aFileThatIsNotThereIsNamed() async throws {
        let error = await #expect(throws: ImageStoreError.self) {
            try await ImageArchive.open(file, as: .oci)
        }
        #expect("\(try #require(error))".contains("image.tar"))
    }
}
