// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import Synchronization
import Testing

/// `force-compression`: layers of base images too.
@Suite struct ForcedCompressionTests {
    private static let text = "FROM base:1\nCOPY a /a"

    private func fixture() async throws -> BuildFixture {
        let fixture = try BuildFixture().file("a", "A")
        try await fixture.addImage(
            "base:1", layers: [[LayerEntry.file("m", "M")], [LayerEntry.file("n", "N")]])
        return fixture
    }

    /// Builds with a cache, and says how many layers were compressed anew.
    private func build(
        in fixture: BuildFixture, as compression: LayerCompression,
        _ change: (inout BuildRequest) -> Void = { _ in }
    ) async throws -> (image: BuiltImage, count: Int) {
        let count = Mutex(0)
        let builder = ImageBuilder(fixture.site(runs: false)) { event in
            guard case .over(let errand, .done) = event, case .recompressing = errand.kind else { return }
            count.withLock { $0 += 1 }
        }
        let image = try await builder.build(
            try fixture.request(Self.text) { request in
                request.output.compression = compression
                request.output.forcesCompression = true
                change(&request)
            })
        return (image, count.withLock(\.self))
    }

    @Test(arguments: [(LayerCompression.zstd(level: 3), 2), (.none, 2), (.standard, 0), (.gzip(level: 3), 0)])
    func layersOfTheBaseGetTheCompressionThatIsAskedFor(
        compression: LayerCompression, count: Int
    ) async throws {
        let fixture = try await fixture()
        let plain = try await fixture.build(Self.text) { $0.output.compression = compression }
        let (image, forced) = try await build(in: fixture, as: compression)
        #expect(forced == count)
        let layers = try await fixture.manifest(image).layers
        #expect(layers.map(\.mediaType) == Array(repeating: compression.mediaType, count: 3))
        #expect(try await fixture.config(image).rootfs == fixture.config(plain).rootfs)
        #expect(
            try await fixture.listings(image) == [
                ["m file 644 0:0 M"], ["n file 644 0:0 N"], ["a file 644 0:0 A"],
            ])
        #expect(try await fixture.store.check().isEmpty)
    }

    @Test func whatCameOutIsRememberedAndTheSameWithoutMemory() async throws {
        let fixture = try await fixture()
        let first = try await build(in: fixture, as: .zstd(level: 3))
        let again = try await build(in: fixture, as: .zstd(level: 3))
        #expect(again.image == first.image && again.count == 0)
        let anew = try await build(in: fixture, as: .zstd(level: 3)) { $0.caching.isRead = false }
        #expect(anew.image == first.image && anew.count == 2)
        let layer = try await fixture.manifest(first.image).layers[0]
        try Folder.remove(fixture.store.path(of: layer.digest))
        let mended = try await build(in: fixture, as: .zstd(level: 3))
        #expect(mended.image == first.image && mended.count == 1)
        #expect(try await fixture.store.check().isEmpty)
    }

    @Test func aBaseThatLiesAboutALayerIsAnError() async throws {
        let fixture = try BuildFixture().file("a", "A")
        try await fixture.addImage(
            "base:1", config: { $0.rootfs.diffIDs = [Digest(of: [1])] },
            layers: [[LayerEntry.file("m", "M")]])
        let before = try fixture.storedFiles()
        await #expect(throws: BuildError.self) {
            _ = try await fixture.build("FROM base:1\nUSER 1") {
                $0.output.compression = .zstd(level: 3)
                $0.output.forcesCompression = true
            }
        }
        #expect(try fixture.storedFiles() == before)
    }
}
