// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage
import Testing

/// `COPY` of files that have not changed: its layer is known without reading anything, and only then.
@Suite struct CopyMemoryTests {
    private static let text = "FROM base\nCOPY d /d/\nADD a /a"

    private func fixture() async throws -> BuildFixture {
        let fixture = try BuildFixture().file("d/b", "B").file("d/c", "C").file("a", "A")
        try fixture.link("d/l", to: "b")
        try await fixture.addImage("base", layers: [[LayerEntry.file("old", "O")]])
        return fixture
    }

    /// Builds until what the steps made is remembered, which it is when the files have rested.
    private func settle(_ fixture: BuildFixture, _ text: String = text) async throws -> BuiltImage {
        let before = try fixture.state(of: "cache/copies")
        while true {
            let image = try await fixture.cachedBuild(text).image
            if try fixture.state(of: "cache/copies") != before { return image }
        }
    }

    @Test func neitherTheBaseNorAFileIsRead() async throws {
        let fixture = try await fixture()
        let image = try await settle(fixture)
        // Neither what the layers have nor the hashes of files can be had any more.
        try Folder.remove(fixture.cache.folder.appending("layers"))
        try Folder.remove(fixture.cache.folder.appending("files"))
        let base = try #require(try await fixture.manifest(image).layers.first)
        try WholeFile.write(
            [UInt8](repeating: 0, count: Int(base.size)), to: fixture.store.path(of: base.digest),
            durable: false)
        let again = try await fixture.cachedBuild(Self.text)
        #expect(again.image == image)
        #expect(again.log.cached == ["COPY d /d/", "ADD a /a"])
        #expect(!Folder.isFolder(fixture.cache.folder.appending("files")))
    }

    @Test(arguments: [
        "content that keeps size and times", "a link's target", "a name", "a mode", "what is ignored",
    ])
    func aChangeOfFilesIsSeen(_ change: String) async throws {
        let fixture = try await fixture()
        let first = try await settle(fixture)
        switch change {
        case "a link's target":
            try Folder.remove(fixture.context.appending("d/l"))
            try fixture.link("d/l", to: "c")
        case "a name":
            rename(fixture.context.appending("d/c").string, fixture.context.appending("d/e").string)
        case "a mode": try fixture.file("d/c", "C", mode: 0o755)
        case "what is ignored": try fixture.file(".dockerignore", "d/c\n.dockerignore\n")
        default: try fixture.rewriteInPlace("d/b", "X")
        }
        let second = try await settle(fixture)
        let third = try await fixture.cachedBuild(Self.text).image
        #expect(second.manifest != first.manifest && third == second)
        #expect(try await fixture.build(Self.text) { $0.platforms = [.host] }.manifest == third.manifest)
    }

    @Test func aChangeOfTheInstructionOrTheBaseIsSeen() async throws {
        let fixture = try await fixture()
        var images = [try await settle(fixture).manifest]
        for text in [
            "FROM base\nCOPY d /e/\nADD a /a", "FROM base\nCOPY --chown=7 d /d/\nADD a /a",
            "FROM base\nCOPY --exclude=c d /d/\nADD a /a", "FROM base\nCOPY --exclude=b d /d/\nADD a /a",
            "FROM base\nWORKDIR /w\nCOPY d d/\nADD a /a", "FROM base\nWORKDIR /x\nCOPY d d/\nADD a /a",
        ] {
            let image = try await fixture.cachedBuild(text).image.manifest
            #expect(try await fixture.build(text) { $0.platforms = [.host] }.manifest == image)
            #expect(!images.contains(image), "\(text)")
            images.append(image)
        }
        // With a link in its place the files go elsewhere.
        try await fixture.addImage("base", layers: [[LayerEntry.link("d", to: "other")]])
        let moved = try await fixture.cachedBuild(Self.text).image
        #expect(try await fixture.build(Self.text) { $0.platforms = [.host] }.manifest == moved.manifest)
        #expect(try await fixture.listings(moved)[1].contains { $0.hasPrefix("other/b ") })
    }

    @Test func aLaterStepSeesTheFiles() async throws {
        let fixture = try await fixture()
        _ = try await settle(fixture)
        let text = Self.text + "\nWORKDIR /d\nCOPY a b"
        let image = try await fixture.cachedBuild(text).image
        #expect(try await fixture.build(text) { $0.platforms = [.host] }.manifest == image.manifest)
        #expect(try await fixture.manifest(image).layers.count == 4)
    }

    @Test func noCacheDoesNotAskIt() async throws {
        let fixture = try await fixture()
        _ = try await settle(fixture)
        #expect(try await fixture.cachedBuild(Self.text) { $0.caching.isRead = false }.log.cached.isEmpty)
    }
}
