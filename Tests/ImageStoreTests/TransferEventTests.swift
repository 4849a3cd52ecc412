// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import ScratchFolder
import Synchronization
import SystemPackage
import Testing

@Suite struct TransferEventTests {
    private let temporary: ScratchFolder
    private let source: ImageLayout
    private let target: ImageLayout
    private let log = EventLog()

    init() throws {
        temporary = try ScratchFolder()
        source = try ImageLayout(creating: temporary.path.appending("source"))
        target = try ImageLayout(creating: temporary.path.appending("target"))
    }

    private final class EventLog: Sendable {
        private let kept = Mutex([TransferEvent]())
        var events: [TransferEvent] { kept.withLock { $0 } }
        func take(_ event: TransferEvent) { kept.withLock { $0.append(event) } }
        func clear() { kept.withLock { $0 = [] } }
    }

    private func copy(_ root: Descriptor) async throws {
        var settings = CopySettings(jobs: 1)
        settings.report = { [log] in log.take($0) }
        try await copyGraph([root], from: source, to: target, settings)
    }

    @Test func everyContentBeginsAdvancesAndEndsOnce() async throws {
        let image = try SampleImage.store(in: source)
        let manifest = try Manifest(source.bytes(of: image, limitBytes: 1 << 20), mediaType: .ociManifest)
        try await copy(image)
        for blob in manifest.children {
            let events = log.events.filter { $0.descriptor.digest == blob.digest }
            #expect(
                events == [
                    .started(blob), .advanced(blob, .receiving, bytes: blob.size), .finished(blob),
                ])
        }
        #expect(log.events.suffix(2) == [.started(image), .finished(image)])
    }

    @Test func whatIsThereIsSaidAndNotMoved() async throws {
        let image = try SampleImage.store(in: source)
        try await copy(image)
        log.clear()
        try await copy(image)
        #expect(log.events == [.exists(image)])
        log.clear()
        let other = try SampleImage.store(index: [image], in: source)
        try await copy(other)
        #expect(log.events == [.exists(image), .started(other), .finished(other)])
    }

    @Test func whatFailsHasNoEnd() async throws {
        let image = try SampleImage.store(in: source)
        let layer = try Manifest(source.bytes(of: image, limitBytes: 1 << 20), mediaType: .ociManifest)
            .children[1]
        try temporary.file(
            FilePath("source/blobs/sha256/\(layer.digest.encoded)"),
            String(repeating: "x", count: Int(layer.size)))
        await #expect(throws: ImageStoreError.self) { try await copy(image) }
        #expect(log.events.contains(.started(layer)) && !log.events.contains(.finished(layer)))
    }
}
