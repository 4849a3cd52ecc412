// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import ScratchFolder
import Synchronization
import SystemPackage
import Testing

@Suite struct CopyGraphTests {
    private let temporary: ScratchFolder
    private let source: ImageLayout
    private let target: ImageLayout

    init() throws {
        temporary = try ScratchFolder()
        source = try ImageLayout(creating: temporary.path.appending("source"))
        target = try ImageLayout(creating: temporary.path.appending("target"))
    }

    /// Writes into a layout, remembers the order, and fails where it is told to.
    private final class Recorder: BlobWriter {
        struct Refused: Error {}

        let layout: ImageLayout
        let refused: Digest?
        let written = Mutex<[Descriptor]>([])

        init(_ layout: ImageLayout, refusing refused: Digest? = nil) {
            self.layout = layout
            self.refused = refused
        }

        func contains(_ descriptor: Descriptor) async throws -> Bool { try await layout.contains(descriptor) }

        func write(
            _ descriptor: Descriptor, from source: ByteSource, advancing: @escaping TransferProgress
        ) async throws {
            guard descriptor.digest != refused else { throw Refused() }
            try await layout.write(descriptor, from: source, advancing: advancing)
            written.withLock { $0.append(descriptor) }
        }

        func write(
            _ descriptor: Descriptor, advancing: @escaping TransferProgress,
            arriving download: @Sendable (any BlobSink) async throws -> Void
        ) async throws {
            try await layout.write(descriptor, advancing: advancing, arriving: download)
            written.withLock { $0.append(descriptor) }
        }
    }

    private func children(of descriptor: Descriptor) throws -> [Descriptor] {
        try Manifest(source.bytes(of: descriptor, limitBytes: 1 << 20), mediaType: descriptor.mediaType)
            .children
    }

    @Test(arguments: [1, 4, 100])
    func everythingUnderTheRootArrivesChildrenFirst(_ jobs: Int) async throws {
        let images = try ["a", "b", "c"].map { try SampleImage.store(in: source, text: $0) }
        let inner = try SampleImage.store(index: Array(images[1...]), in: source)
        let root = try SampleImage.store(index: [images[0], inner, images[1]], in: source)
        let recorder = Recorder(target)
        try await copyGraph([root], from: source, to: recorder, CopySettings(jobs: jobs))
        let order = recorder.written.withLock { $0.map(\.digest) }
        #expect(Set(order).count == order.count)
        #expect(order.last == root.digest)
        for manifest in images + [inner, root] {
            let place = try #require(order.firstIndex(of: manifest.digest))
            for child in try children(of: manifest) {
                #expect(try #require(order.firstIndex(of: child.digest)) < place)
                try await target.verify(child)
            }
        }
    }

    @Test func bytesAreCopiedAsTheyAre() async throws {
        let image = try SampleImage.store(in: source)
        let spaced = try source.bytes(of: image, limitBytes: 1 << 20) + Array("\n \n".utf8)
        let root = try source.store(spaced, as: .ociManifest)
        try await copyGraph([root], from: source, to: target)
        #expect(try target.bytes(of: root, limitBytes: 1 << 20) == spaced)
    }

    @Test func whatTheTargetHasIsNotSent() async throws {
        let old = try SampleImage.store(in: source, text: "old")
        let new = try SampleImage.store(in: source, text: "new")
        try await copyGraph([old], from: source, to: target)
        let recorder = Recorder(target)
        try await copyGraph([old], from: source, to: recorder)
        #expect(recorder.written.withLock { $0.isEmpty })
        let index = try SampleImage.store(index: [old, new], in: source)
        try await copyGraph([index], from: source, to: recorder)
        let expected = try Set((children(of: new) + [new, index]).map(\.digest))
        #expect(recorder.written.withLock { Set($0.map(\.digest)) } == expected)
    }

    @Test(arguments: [0, 1])
    func aFailureLeavesNoParent(_ child: Int) async throws {
        let image = try SampleImage.store(in: source)
        let refused = try children(of: image)[child].digest
        await #expect(throws: Recorder.Refused.self) {
            try await copyGraph([image], from: source, to: Recorder(target, refusing: refused))
        }
        #expect(try await !target.contains(image))
    }

    @Test func aDamagedSourceIsNamedAndNothingWrongArrives() async throws {
        let image = try SampleImage.store(in: source)
        let layer = try children(of: image)[1]
        var bytes = try source.bytes(of: layer, limitBytes: 1 << 20)
        bytes[20] ^= 1
        try WholeFile.write(bytes, to: source.path(of: layer.digest))
        let error = await #expect(throws: ImageStoreError.self) {
            try await copyGraph([image], from: source, to: target)
        }
        #expect("\(try #require(error))".contains("\(layer.digest)"))
        #expect(try await !target.contains(layer))
        #expect(try await !target.contains(image))
    }

    @Test func aMissingChildIsNamed() async throws {
        let missing = Descriptor(mediaType: .ociManifest, of: [1, 2, 3])
        let root = try SampleImage.store(index: [missing], in: source)
        await #expect(throws: ImageStoreError.missing(missing.digest)) {
            try await copyGraph([root], from: source, to: target)
        }
    }

    @Test func indexesOfIndexesHaveAnEnd() async throws {
        var root = try SampleImage.store(in: source)
        for _ in 0..<20 { root = try SampleImage.store(index: [root], in: source) }
        await #expect(throws: InvalidValue.self) { try await copyGraph([root], from: source, to: target) }
    }

    @Test func aBlobIsAGraphOfOne() async throws {
        let blob = try source.store([1, 2, 3], as: .octetStream)
        try await copyGraph([blob], from: source, to: target)
        #expect(try target.bytes(of: blob, limitBytes: 3) == [1, 2, 3])
    }
}
