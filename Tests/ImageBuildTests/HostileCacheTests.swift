// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage
import Testing

/// A cache from elsewhere whose maker lies.
@Suite struct HostileCacheTests {
    private static let text = "FROM scratch\nCOPY a /a\nCOPY b /b"

    private func fixture() throws -> BuildFixture {
        try BuildFixture().file("a", "A").file("b", "B")
    }

    /// Exports a cache and exchanges the diffIDs of its two layers.
    private func lyingCache(in fixture: BuildFixture) async throws -> CacheLocation {
        let location = CacheLocation.folder(fixture.root.appending("export"), .name("v1"))
        let image = try await fixture.cachedBuild(Self.text) { $0.caching.exports = [location] }.image
        let diffIDs = try await fixture.config(image).rootfs.diffIDs.map(\.description)
        let layout = try ImageLayout(fixture.root.appending("export"))
        let root = try #require(try await layout.find("v1"))
        let bytes = try await layout.read(root, limitBytes: 1 << 20)
        guard case .image(var manifest) = try Manifest(bytes, mediaType: root.mediaType).content else {
            throw CancellationError()
        }
        let config = String(
            decoding: try await layout.read(manifest.config, limitBytes: 1 << 20), as: UTF8.self)
        #expect(config.contains(diffIDs[0]) && config.contains(diffIDs[1]))
        let lie = config.replacing(diffIDs[0], with: "FIRST").replacing(diffIDs[1], with: diffIDs[0])
            .replacing("FIRST", with: diffIDs[1])
        manifest.config = try layout.store(Array(lie.utf8), as: manifest.config.mediaType)
        let changed = try layout.store(Manifest(.image(manifest)).bytes, as: root.mediaType)
        try await layout.tag(changed, as: "v1")
        return location
    }

    @Test func layersThatAreNotThoseOfTheirRecordsAreMadeAnew() async throws {
        let here = try fixture()
        let location = try await lyingCache(in: here)
        let there = try fixture()
        let (image, log) = try await there.cachedBuild(Self.text) { $0.caching.imports = [location] }
        #expect(log.done.filter { $0.hasPrefix("COPY") } == ["COPY a /a", "COPY b /b"])
        #expect(log.warnings.filter { $0.contains("is not used: layer has diffID") }.count == 2)
        let honest = try await self.fixture().cachedBuild(Self.text).image
        #expect(image.manifest == honest.manifest)
        // Nor has the lie been kept.
        let again = try await there.cachedBuild(Self.text)
        #expect(again.log.cached.count == 2 && again.image.manifest == honest.manifest)
    }
}
