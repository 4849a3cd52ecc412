// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

/// A layout that somebody has had a hand in, as a target.
@Suite struct DamagedContentTests {
    private let temporary: ScratchFolder
    private let source: ImageLayout
    private let target: ImageLayout

    init() throws {
        temporary = try ScratchFolder()
        source = try ImageLayout(creating: temporary.path.appending("source"))
        target = try ImageLayout(creating: temporary.path.appending("target"))
    }

    /// Other bytes, as many as before.
    private func damage(_ descriptor: Descriptor, in layout: ImageLayout? = nil) throws {
        try WholeFile.write(
            Array(repeating: 0x20, count: Int(descriptor.size)),
            to: (layout ?? target).path(of: descriptor.digest))
    }

    @Test(arguments: [ImageArchive.Format.oci, .docker])
    func noArchiveIsMadeOfWhatIsDamaged(format: ImageArchive.Format) async throws {
        let image = try SampleImage.store(in: source)
        let layer = try Manifest(source.bytes(of: image, limitBytes: 1 << 20), mediaType: .ociManifest)
            .children[1]
        try damage(layer, in: source)
        let file = temporary.path.appending("out.tar")
        await #expect {
            try await source.write(
                [ImageArchive.Image(names: ["app:1"], descriptor: image)], as: format, to: file)
        } throws: { "\($0)".contains("the store is damaged: \(layer.digest)") }
        #expect(try Folder.names(in: temporary.path).sorted() == ["source", "target"])
    }

    @Test func whatIsDamagedIsSaidToBeSoWhereItLies() async throws {
        let image = try SampleImage.store(in: source)
        let layer = try Manifest(source.bytes(of: image, limitBytes: 1 << 20), mediaType: .ociManifest)
            .children[1]
        try damage(layer, in: source)
        await #expect {
            try await copyGraph([image], from: source, to: target)
        } throws: {
            "\($0)".hasPrefix("the store is damaged: \(layer.digest) in \(source.folder) ")
        }
        #expect(!target.has(layer))
    }

    @Test(arguments: 0...2)
    func aContentOfTheRightSizeAndOtherBytesIsReplaced(place: Int) async throws {
        let image = try SampleImage.store(in: source)
        let manifest = try Manifest(source.bytes(of: image, limitBytes: 1 << 20), mediaType: .ociManifest)
        let damaged = ([image] + manifest.children)[place]
        try await copyGraph([image], from: source, to: target)
        try await target.tag(image, as: "app:1")
        try damage(damaged)
        #expect(try await !target.contains(damaged))
        #expect(try await !target.contains(image), "a manifest is there when all under it is")
        try await copyGraph([image], from: source, to: target)
        #expect(try await target.contains(image))
        #expect(try await target.check().isEmpty)
    }

    @Test func aContentOfAnotherToolIsTakenWhenItIsRight() async throws {
        let bytes: [UInt8] = Array("content".utf8)
        let descriptor = try source.store(bytes, as: .octetStream)
        let path = target.path(of: descriptor.digest)
        try Folder.create(path.removingLastComponent())
        try WholeFile.write(bytes, to: path)
        #expect(try await target.contains(descriptor))
        #expect(try await target.contains(descriptor), "and again, by its mark")
        try damage(descriptor)
        #expect(try await !target.contains(descriptor), "the mark is gone")
    }

    @Test func anIndexOfWhichOnlyAPartIsThereIsCompleted() async throws {
        let images = try ["a", "b"].map { try SampleImage.store(in: source, text: $0) }
        let index = try SampleImage.store(index: images, in: source)
        try await copyGraph([images[0]], from: source, to: target)
        _ = try target.store(source.bytes(of: index, limitBytes: 1 << 20), as: .ociIndex)
        try await copyGraph([index], from: source, to: target)
        try await target.tag(index, as: "all")
        #expect(try await target.check().isEmpty)
    }

    @Test func aBrokenIndexSaysWhichFileInOneLine() async throws {
        let path = target.folder.appending("index.json")
        try WholeFile.write(Array("{\n  \"manifests\": 7\n}".utf8), to: path)
        #expect {
            _ = try target.names()
        } throws: { error in
            let text = "\(error)"
            return text.hasPrefix("\(path): ") && !text.contains("\n") && text.contains("mend it")
        }
    }

    @Test func theIndexThatANameEndsInStaysUntilTheNameGoes() async throws {
        let image = try SampleImage.store(in: target)
        let other = Descriptor(mediaType: .ociManifest, digest: Digest(of: [1]), size: 1)
        let index = try SampleImage.store(index: [image, other], in: target)
        let name = "r.io/app@\(index.digest)"
        try await target.tag(image, as: name)
        #expect(try await target.collectGarbage().contents == 0)
        #expect(target.has(index))
        try await target.untag(name)
        #expect(try await target.collectGarbage().contents == 4)
    }
}
