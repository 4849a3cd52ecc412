// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import ScratchFolder
import Synchronization
import SystemPackage
import Testing

/// Transfers that fail while whoever sends still has the sink.
@Suite struct DiscardedSinkTests {
    private struct Broken: Error {}

    private let scratch: ScratchFolder
    private let layout: ImageLayout

    init() throws {
        scratch = try ScratchFolder()
        layout = try ImageLayout(creating: scratch.path.appending("layout"))
    }

    private static func blob(_ text: String) -> Descriptor {
        Descriptor(mediaType: .ociLayer, digest: Digest(of: Array(text.utf8)), size: Int64(text.utf8.count))
    }

    private static func append(_ text: String, to sink: any BlobSink) throws {
        try Array(text.utf8).withUnsafeBytes { try sink.append($0) }
    }

    @Test func nothingIsLeftWhenATransferFailsAndNothingMoreIsTaken() async throws {
        let kept = Mutex<(any BlobSink)?>(nil)
        await #expect(throws: Broken.self) {
            try await layout.write(Self.blob("content")) { sink in
                kept.withLock { $0 = sink }
                try Self.append("con", to: sink)
                throw Broken()
            }
        }
        #expect(try Folder.names(in: layout.temporary).isEmpty)
        let sink = try #require(kept.withLock { $0 })
        #expect(throws: CancellationError.self) { try Self.append("tent", to: sink) }
        #expect(throws: CancellationError.self) { try sink.restart() }
        #expect(try Folder.names(in: layout.temporary).isEmpty)
    }

    /// Sends blobs, keeps their sinks, and fails at one when all the others have begun.
    private final class Sender: BlobReader {
        let manifest: Manifest
        let failing: Digest
        let count: Int
        let sinks = Mutex<[any BlobSink]>([])
        let begun = AsyncStream<Void>.makeStream()

        init(_ manifest: Manifest, failingAt failing: Digest) {
            self.manifest = manifest
            self.failing = failing
            count = manifest.children.count
        }

        func read(_ descriptor: Descriptor, limitBytes: Int) -> [UInt8] { manifest.bytes }

        func transfer(
            _ descriptor: Descriptor, to writer: any BlobWriter, advancing: @escaping TransferProgress
        ) async throws -> TransferOutcome {
            try await writer.write(descriptor, advancing: advancing) { sink in
                try DiscardedSinkTests.append("x", to: sink)
                self.sinks.withLock { $0.append(sink) }
                self.begun.continuation.yield()
                guard descriptor.digest == self.failing else {
                    // Until it is cancelled.
                    for await _ in AsyncStream<Void>.makeStream().stream {}
                    throw CancellationError()
                }
                var others = self.begun.stream.makeAsyncIterator()
                for _ in 0..<self.count { _ = await others.next() }
                throw Broken()
            }
            return .moved
        }
    }

    @Test func nothingIsLeftOfTheTransfersBesideTheOneThatFails() async throws {
        let blobs = ["one", "two", "three", "four"].map(Self.blob)
        let manifest = try Manifest(.image(ImageManifest(config: blobs[0], layers: Array(blobs[1...]))))
        let sender = Sender(manifest, failingAt: blobs[2].digest)
        await #expect(throws: Broken.self) {
            try await copyGraph([manifest.descriptor], from: sender, to: layout, CopySettings(jobs: 4))
        }
        #expect(sender.sinks.withLock { $0.count } == 4)
        #expect(try Folder.names(in: layout.temporary).isEmpty)
        #expect(try layout.roots().isEmpty)
    }
}
