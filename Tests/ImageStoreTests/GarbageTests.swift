// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

@Suite struct GarbageTests {
    private let temporary: ScratchFolder
    private let layout: ImageLayout

    init() throws {
        temporary = try ScratchFolder()
        layout = try ImageLayout(creating: temporary.path.appending("store"))
    }

    private var contents: Set<String> {
        get throws { try Set(Folder.names(in: layout.folder.appending("blobs/sha256"))) }
    }

    private func parts(of image: Descriptor) throws -> [Descriptor] {
        let bytes = try layout.bytes(of: image, limitBytes: 1 << 20)
        return try [image] + Manifest(bytes, mediaType: image.mediaType).children
    }

    @Test func onlyWhatNoNameReachesGoes() async throws {
        let kept = try SampleImage.store(in: layout, text: "kept")
        let inIndex = try SampleImage.store(in: layout, text: "in the index")
        let index = try SampleImage.store(index: [inIndex], in: layout)
        let dropped = try SampleImage.store(in: layout, text: "dropped")
        try await layout.tag(kept, as: "app:1")
        try await layout.tag(index, as: "app:all")
        let garbage = try parts(of: dropped)
        let collected = try await layout.collectGarbage()
        #expect(collected.contents == garbage.count)
        #expect(collected.bytes == garbage.reduce(0) { $0 + $1.size })
        let expected = try (parts(of: kept) + parts(of: inIndex) + [index]).map(\.digest.encoded)
        #expect(try contents == Set(expected))
        #expect(try await layout.check().isEmpty)
        #expect(try await layout.collectGarbage() == ImageLayout.Collected())
    }

    @Test func aLayerThatTwoImagesShareStaysForTheOther() async throws {
        let first = try SampleImage.store(in: layout)
        let parts = try parts(of: first)
        let other = try Manifest(
            .image(ImageManifest(config: layout.store(Array("{}".utf8), as: .json), layers: [parts[2]])))
        let second = try layout.store(other.bytes, as: .ociManifest)
        try await layout.tag(first, as: "first")
        try await layout.tag(second, as: "second")
        try await layout.untag("first")
        #expect(try await layout.collectGarbage().contents == 2)
        #expect(layout.has(parts[2]))
        #expect(!layout.has(first))
    }

    @Test func whatTheCallerKeepsStaysWithoutAName() async throws {
        let image = try SampleImage.store(in: layout)
        #expect(try await layout.collectGarbage(keeping: [image]).contents == 0)
        #expect(try await layout.collectGarbage().contents == 3)
    }

    @Test func aSubjectStaysWithItsReferrer() async throws {
        let subject = try SampleImage.store(in: layout)
        var signature = ImageManifest(config: try layout.store(Array("{}".utf8), as: .json), layers: [])
        signature.subject = subject
        let referrer = try layout.store(Manifest(.image(signature)).bytes, as: .ociManifest)
        try await layout.tag(referrer, as: "signature")
        #expect(try await layout.collectGarbage().contents == 0)
        try await layout.untag("signature")
        #expect(try await layout.collectGarbage().contents == 5)
    }

    @Test func aManifestOfAnUnknownTypeKeepsWhatItsTextNames() async throws {
        let blob = try layout.store([1, 2, 3], as: .octetStream)
        let text = #"{"blobs":[{"digest":"\#(blob.digest)"}]}"#
        let unknown = try layout.store(Array(text.utf8), as: MediaType("application/vnd.other.manifest+json"))
        try await layout.tag(unknown, as: "other")
        #expect(try await layout.collectGarbage().contents == 0)
        #expect(layout.has(blob))
    }

    @Test func aManifestThatIsNotThereReachesNothing() async throws {
        let missing = Descriptor(mediaType: .ociManifest, of: [1])
        let index = try SampleImage.store(index: [missing], in: layout)
        try await layout.tag(index, as: "sparse")
        _ = try layout.store([9], as: .octetStream)
        #expect(try await layout.collectGarbage().contents == 1)
        #expect(layout.has(index))
    }

    @Test(arguments: ["manifest", "index.json"])
    func whatCannotBeReadStopsTheCollection(_ victim: String) async throws {
        let image = try SampleImage.store(in: layout, text: "named")
        try await layout.tag(image, as: "app:1")
        let stray = try layout.store([9], as: .octetStream)
        let path =
            victim == "manifest" ? layout.path(of: image.digest) : layout.folder.appending("index.json")
        var bytes = try WholeFile.read(path)
        bytes[0] = UInt8(ascii: "[")
        try WholeFile.write(bytes, to: path)
        await #expect(throws: ImageStoreError.self) { try await layout.collectGarbage() }
        #expect(layout.has(stray))
    }

    @Test func whatDeadProcessesLeftBehindGoes() async throws {
        let image = try SampleImage.store(in: layout)
        try await layout.tag(image, as: "app:1")
        for name in [".tmp/.layer-abc", ".tmp/.build-xyz/deep/file", "blobs/sha256/.pending-1", ".pending-2"]
        {
            try temporary.file(FilePath("store/\(name)"), "half")
        }
        let collected = try await layout.collectGarbage()
        #expect(collected.contents == 0 && collected.leftovers == 4)
        #expect(collected.bytes >= 4 * 4096)
        #expect(try Folder.names(in: layout.temporary).isEmpty)
        #expect(try contents == Set(parts(of: image).map(\.digest.encoded)))
        #expect(
            try Folder.names(in: layout.folder) == [".lock", ".tmp", "blobs", "index.json", "oci-layout"])
    }

    @Test func filesThatAreNotOursAreLeftAlone() async throws {
        try temporary.file("store/blobs/sha256/notes.txt", "mine")
        try temporary.file("store/README", "mine")
        #expect(try await layout.collectGarbage() == ImageLayout.Collected())
        #expect(WholeFile.size(layout.folder.appending("README")) != nil)
        #expect(try contents == ["notes.txt"])
    }
}
