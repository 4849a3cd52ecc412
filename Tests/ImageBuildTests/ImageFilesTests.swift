// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage
import Testing

/// The files of an image without the image.
@Suite struct ImageFilesTests {
    private func tar(
        _ image: BuiltImage, of fixture: BuildFixture, splits: Bool? = nil, named name: String = "out.tar"
    ) async throws -> [String] {
        let file = fixture.root.appending(name)
        try await ImageFiles(of: image, at: fixture.site(runs: false), splitsPlatforms: splits).write(
            toTar: file)
        return try fixture.entries(inFile: file)
    }

    @Test func layersLieOnEachOther() async throws {
        let fixture = try BuildFixture().file("a", "A").file("b", "B", mode: 0o755)
        var timed = LayerEntry.file("base/old", "O")
        timed.0.mtime = 1_000
        timed.0.uid = 7
        try await fixture.addImage(
            "base",
            layers: [
                [
                    LayerEntry.folder("base", mode: 0o700), timed, LayerEntry.file("base/gone", "G"),
                    LayerEntry.file("base/new", "1"),
                ],
                [
                    LayerEntry.file("base/.wh.gone", ""), LayerEntry.file("base/new", "2"),
                    LayerEntry.link("base/link", to: "old"),
                ],
            ])
        let image = try await fixture.build("FROM base\nCOPY a /z\nCOPY b /base/b") { $0.fileTime = 5 }
        #expect(
            try await tar(image, of: fixture) == [
                "base folder 700 0:0", "base/b file 755 0:0 @5 B", "base/link link old",
                "base/new file 644 0:0 2", "base/old file 644 7:0 @1000 O", "z file 644 0:0 @5 A",
            ])
    }

    @Test func theSameFilesMakeTheSameArchiveWhateverTheirLayers() async throws {
        let fixture = try BuildFixture().file("d/a", "A").file("d/b", "B")
        let one = try await fixture.build("FROM scratch\nCOPY d /d/")
        let two = try await fixture.build("FROM scratch\nCOPY d/b /d/\nCOPY d/a /d/a")
        _ = try await tar(one, of: fixture, named: "one")
        _ = try await tar(two, of: fixture, named: "two")
        let bytes = try ["one", "two"].map { try WholeFile.read(fixture.root.appending($0)) }
        #expect(bytes[0] == bytes[1])
    }

    @Test func hardLinksStayLinksAndFollowWhatTheyName() async throws {
        let fixture = try BuildFixture()
        try await fixture.addImage(
            "base",
            layers: [
                [LayerEntry.file("b", "B"), (LayerEntry("c", .hardLink(target: "b"), mode: 0o644), "")],
                [(LayerEntry("a", .hardLink(target: "b"), mode: 0o644), ""), LayerEntry.file("x", "X")],
                [LayerEntry.file(".wh.c", "")],
            ])
        // The second layer names a file of the first.
        let image = try await fixture.build("FROM base\nLABEL a=b")
        #expect(try await tar(image, of: fixture).first == "a file 644 0:0 B")
        #expect(try await tar(image, of: fixture).contains("b same as a"))
    }

    @Test func eachPlatformHasItsFolder() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let image = try await fixture.build("FROM scratch\nCOPY a /") {
            $0.platforms = [try Platform("linux/amd64"), try Platform("linux/arm/v7")]
        }
        #expect(
            try await tar(image, of: fixture) == [
                "linux_amd64 folder 755 0:0", "linux_amd64/a file 644 0:0 A", "linux_arm_v7 folder 755 0:0",
                "linux_arm_v7/a file 644 0:0 A",
            ])
        let folder = fixture.root.appending("out")
        try await ImageFiles(of: image, at: fixture.site(runs: false), splitsPlatforms: nil)
            .write(toFolder: folder)
        #expect(try Folder.names(in: folder) == ["linux_amd64", "linux_arm_v7"])
    }

    @Test func platformsCanShareAFolder() async throws {
        let fixture = try BuildFixture().file("a", "A").folder("none")
        let image = try await fixture.build("FROM scratch\nARG TARGETARCH\nCOPY a /d/app-$TARGETARCH") {
            $0.platforms = [try Platform("linux/arm64"), try Platform("linux/amd64")]
        }
        #expect(
            try await tar(image, of: fixture, splits: false) == [
                "d folder 755 0:0", "d/app-amd64 file 644 0:0 A", "d/app-arm64 file 644 0:0 A",
            ])
        let folder = fixture.root.appending("out")
        try Folder.create(folder)
        try WholeFile.write([], to: folder.appending("mine"))
        try await ImageFiles(of: image, at: fixture.site(runs: false), splitsPlatforms: false)
            .write(toFolder: folder)
        #expect(try Folder.names(in: folder) == ["d", "mine"])
        #expect(try Folder.names(in: folder.appending("d")) == ["app-amd64", "app-arm64"])
    }

    /// The second is a file for one platform and a folder for the other.
    @Test(arguments: ["COPY a /same", "FROM $TARGETARCH"])
    func filesOfOneNameAreRefusedEvenIfTheyAreTheSame(line: String) async throws {
        let fixture = try BuildFixture().file("a", "A")
        let image = try await fixture.build(
            """
            ARG TARGETARCH
            FROM scratch AS amd64
            COPY a /same
            FROM scratch AS arm64
            COPY a /same/
            FROM scratch AS last
            \(line)
            """
        ) { $0.platforms = [try Platform("linux/arm64"), try Platform("linux/amd64")] }
        let files = ImageFiles(of: image, at: fixture.site(runs: false), splitsPlatforms: false)
        let folder = fixture.root.appending("out")
        let error = await #expect(throws: BuildError.self) { try await files.write(toFolder: folder) }
        #expect("\(String(describing: error))".contains("of linux/amd64 would overwrite that of linux/arm64"))
        #expect(!Folder.isFolder(folder))
        await #expect(throws: BuildError.self) {
            try await files.write(toTar: fixture.root.appending("out.tar"))
        }
    }

    @Test func onePlatformHasAFolderWhereThatIsWanted() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let image = try await fixture.build("FROM scratch\nCOPY a /")
        #expect(try await tar(image, of: fixture, splits: true).last == "linux_amd64/a file 644 0:0 A")
        #expect(try await tar(image, of: fixture, splits: false) == ["a file 644 0:0 A"])
    }

    @Test func anEmptyImageMakesAnEmptyArchive() async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build("FROM scratch\nLABEL a=b")
        #expect(try await tar(image, of: fixture).isEmpty)
    }

    @Test func afterAFailureTheFileIsAsItWas() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let image = try await fixture.build("FROM scratch\nCOPY a /")
        let layer = try await fixture.manifest(image).layers[0]
        try Folder.remove(fixture.store.path(of: layer.digest))
        let file = fixture.root.appending("out.tar")
        try WholeFile.write(Array("before".utf8), to: file)
        await #expect(throws: BuildError.self) {
            try await ImageFiles(of: image, at: fixture.site(runs: false), splitsPlatforms: nil)
                .write(toTar: file)
        }
        #expect(try WholeFile.read(file) == Array("before".utf8))
        #expect(try Folder.names(in: fixture.root).allSatisfy { !$0.hasPrefix(".stet") })
    }
}
