// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

@Suite struct LayoutCheckTests {
    private let temporary: ScratchFolder
    private let layout: ImageLayout
    private let image: Descriptor
    private let config: Descriptor
    private let layer: Descriptor

    init() async throws {
        temporary = try ScratchFolder()
        layout = try ImageLayout(creating: temporary.path.appending("store"))
        image = try SampleImage.store(in: layout)
        let manifest = try Manifest(layout.bytes(of: image, limitBytes: 1 << 20), mediaType: .ociManifest)
        (config, layer) = (manifest.children[0], manifest.children[1])
        let index = try SampleImage.store(index: [image], in: layout)
        try await layout.tag(image, as: "app:1")
        try await layout.tag(index, as: "app:all")
    }

    private func damage(_ digest: Digest, _ change: (inout [UInt8]) -> Void) throws {
        var bytes = try WholeFile.read(layout.path(of: digest))
        change(&bytes)
        try WholeFile.write(bytes, to: layout.path(of: digest))
    }

    @Test func aSoundLayoutHasNoFaults() async throws {
        _ = try layout.store([1, 2, 3], as: .octetStream)
        try temporary.file("store/.tmp/.layer-1", "half")
        #expect(try await layout.check().isEmpty)
    }

    @Test func aMissingContentIsNamedWithThoseWhoNeedIt() async throws {
        try Folder.remove(layout.path(of: layer.digest))
        let fault = try #require(try await layout.check().first)
        #expect(fault.kind == .missing)
        #expect(fault.digest == layer.digest)
        #expect(fault.reachedBy == ["app:1", "app:all"])
        #expect(fault.description == "\(layer.digest) is missing (needed by app:1, app:all)")
    }

    @Test func aContentOfAnotherSizeIsOneFault() async throws {
        try damage(layer.digest) { $0.append(0) }
        let faults = try await layout.check()
        #expect(faults.map(\.kind) == [.size(actual: layer.size + 1, expected: layer.size)])
        #expect(faults.first?.digest == layer.digest)
    }

    @Test func changedBytesAreSeen() async throws {
        var bytes = try WholeFile.read(layout.path(of: layer.digest))
        bytes[12] ^= 1
        try WholeFile.write(bytes, to: layout.path(of: layer.digest))
        let faults = try await layout.check()
        #expect(faults.map(\.kind) == [.content(actual: Digest(of: bytes))])
        #expect(faults.map(\.digest) == [layer.digest])
    }

    @Test func damageThatNothingReachesIsSeenToo() async throws {
        let stray = try layout.store([1, 2, 3], as: .octetStream)
        try damage(stray.digest) { $0[0] = 9 }
        let fault = try #require(try await layout.check().first)
        #expect(fault.digest == stray.digest)
        #expect(fault.reachedBy.isEmpty)
        #expect("\(fault)".hasSuffix("(nothing reaches it)"))
    }

    @Test func everyFaultIsReported() async throws {
        try damage(config.digest) { $0[0] = 0 }
        try Folder.remove(layout.path(of: layer.digest))
        try temporary.file("store/blobs/sha256/notes.txt", "mine")
        try temporary.file("store/README", "mine")
        let faults = try await layout.check()
        #expect(faults.count == 4)
        #expect(Set(faults.compactMap(\.digest)) == [config.digest, layer.digest])
        for name in ["blobs/sha256/notes.txt", "README"] {
            let path = layout.folder.appending(FilePath(name).components)
            #expect(faults.contains { $0.kind == .unknown(path) })
        }
    }

    @Test func anIndexThatCannotBeReadIsAFaultAmongOthers() async throws {
        try WholeFile.write(Array("{}".utf8), to: layout.folder.appending("index.json"))
        try damage(layer.digest) { $0[12] ^= 1 }
        let faults = try await layout.check()
        #expect(faults.count == 2)
        guard case .index = try #require(faults.first).kind else {
            Issue.record("the index comes first, not \(faults)")
            return
        }
        #expect(faults.last?.digest == layer.digest)
    }

    @Test func bytesThatAreNoManifestAreMalformed() async throws {
        let wrong = try layout.store(Array(#"{"schemaVersion":2}"#.utf8), as: .ociManifest)
        try await layout.tag(wrong, as: "wrong")
        let fault = try #require(try await layout.check().first)
        #expect(fault.digest == wrong.digest)
        guard case .malformed(let reason) = fault.kind else {
            Issue.record("\(fault)")
            return
        }
        #expect(reason.contains("config"))
    }

    @Test func whatNobodyNeedsMayBeMissing() async throws {
        let foreign = Descriptor(mediaType: .dockerForeignLayerGzip, of: [7])
        var manifest = ImageManifest(config: config, layers: [foreign])
        manifest.subject = Descriptor(mediaType: .ociManifest, of: [8])
        let root = try layout.store(Manifest(.image(manifest)).bytes, as: .ociManifest)
        try await layout.tag(root, as: "foreign")
        #expect(try await layout.check().isEmpty)
    }

    @Test func aDigestThatWeCannotComputeIsSaid() async throws {
        try temporary.file("store/blobs/blake3/abc", "x")
        let faults = try await layout.check()
        #expect(faults.map(\.kind) == [.unverifiable])
        #expect(faults.first?.digest == (try Digest("blake3:abc")))
    }
}
