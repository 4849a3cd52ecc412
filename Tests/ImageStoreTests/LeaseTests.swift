// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageStore
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

/// What somebody uses is not collected, whoever and wherever he is.
@Suite struct LeaseTests {
    private let temporary: ScratchFolder
    private let layout: ImageLayout

    init() throws {
        temporary = try ScratchFolder()
        layout = try ImageLayout(creating: temporary.path.appending("store"))
    }

    @Test func whileSomebodyHasALeaseNothingIsCollected() async throws {
        let image = try SampleImage.store(in: layout)
        let first = try await layout.lease()
        let second = try await ImageLayout(layout.folder).lease()
        first.end()
        first.end()
        await #expect(throws: ImageStoreError.inUse(layout.folder)) { try await layout.collectGarbage() }
        #expect(layout.has(image))
        second.end()
        #expect(try await layout.collectGarbage().contents == 3)
        #expect(!layout.has(image))
    }

    @Test func aLeaseThatIsForgottenEnds() async throws {
        _ = try await layout.lease()
        #expect(try await layout.collectGarbage().contents == 0)
    }

    @Test func aPatientCollectionTakesPlaceAfterTheLease() async throws {
        let image = try SampleImage.store(in: layout)
        let lease = try await layout.lease()
        async let collected = layout.collectGarbage(patience: .seconds(60))
        #expect(layout.has(image))
        lease.end()
        #expect(try await collected.contents == 3)
    }

    @Test func aCancelledCollectionStopsWaiting() async throws {
        let lease = try await layout.lease()
        let collection = Task { [layout] in try await layout.collectGarbage(patience: .seconds(600)) }
        collection.cancel()
        await #expect(throws: CancellationError.self) { try await collection.value }
        lease.end()
    }

    @Test func anotherProcessCanHaveTheLease() async throws {
        let image = try SampleImage.store(in: layout)
        let pipe = temporary.path.appending("ready").string
        #expect(mkfifo(pipe, 0o600) == 0)
        // Ends when its standard input does.
        let line = "exec flock --shared '\(layout.folder)' sh -c 'echo ready > \(pipe); exec cat > /dev/null'"
        let process = try #require(popen(line, "w"))
        #expect(try WholeFile.read(FilePath(pipe)) == Array("ready\n".utf8))
        await #expect(throws: ImageStoreError.inUse(layout.folder)) { try await layout.collectGarbage() }
        #expect(layout.has(image))
        #expect(pclose(process) == 0)
        #expect(try await layout.collectGarbage(patience: .seconds(60)).contents == 3)
    }

    @Test func aNameOfWhatWasCollectedIsRefused() async throws {
        let image = try SampleImage.store(in: layout)
        _ = try await layout.collectGarbage()
        await #expect(throws: ImageStoreError.missing(image.digest)) {
            try await layout.tag(image, as: "app:1")
        }
        #expect(try layout.roots().isEmpty)
    }

    /// Copies, names and forgets the same images again and again while a collector runs all the time: what a
    /// name stands for under a lease is there to its last byte.
    @Test func copiesAndCollectionsAtTheSameTimeLoseNothing() async throws {
        let source = try ImageLayout(creating: temporary.path.appending("source"))
        let images = try (0..<3).map { try SampleImage.store(in: source, text: "image \($0)") }
        let rounds = 25
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<3 {
                group.addTask {
                    let target = try ImageLayout(layout.folder)
                    for round in 0..<rounds {
                        let image = images[(worker + round) % images.count]
                        try await copy(image, from: source, to: target, as: "app:\(worker)")
                    }
                    return 0
                }
            }
            group.addTask {
                var collected = 0
                for _ in 0..<rounds * 4 {
                    do {
                        collected += try await ImageLayout(layout.folder).collectGarbage().contents
                    } catch ImageStoreError.inUse {
                        await Task.yield()
                    }
                }
                return collected
            }
            return try await group.reduce(0, +)
        }
        #expect(try await layout.check().isEmpty)
        #expect(try await total + layout.collectGarbage().contents > 0)
        #expect(try Folder.names(in: layout.folder.appending("blobs/sha256")).isEmpty)
    }

    private func copy(
        _ image: Descriptor, from source: ImageLayout, to target: ImageLayout, as name: String
    ) async throws {
        let lease = try await target.lease()
        defer { lease.end() }
        try await copyGraph([image], from: source, to: target)
        try await target.tag(image, as: name)
        let bytes = try await target.read(image, limitBytes: 1 << 20)
        for child in try Manifest(bytes, mediaType: image.mediaType).children {
            try await target.verify(child)
        }
        try await target.untag(name)
    }
}
