// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage
import Testing

/// `--output` into a folder that has files already.
@Suite struct FolderOutputTests {
    private let fixture: BuildFixture
    private var out: FilePath { fixture.root.appending("out") }

    init() throws {
        fixture = try BuildFixture()
    }

    private func write(_ image: BuiltImage, splits: Bool? = nil) async throws {
        try await ImageFiles(of: image, at: fixture.site(runs: false), splitsPlatforms: splits).write(
            toFolder: out)
    }

    private func put(_ text: String, at path: String) throws {
        try Folder.create(out.pushing(FilePath(path)).removingLastComponent())
        try WholeFile.write(Array(text.utf8), to: out.pushing(FilePath(path)))
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try WholeFile.read(out.pushing(FilePath(path))), as: UTF8.self)
    }

    private func mode(_ path: String) -> UInt32? {
        var status = stat()
        return lstat(out.pushing(FilePath(path)).string, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    @Test func filesLieOnTopOfThoseThatAreThere() async throws {
        try fixture.file("file", "new").file("folder/a", "A").file("swapped/a", "A").file("other", "O")
            .link("link", to: "file")
        try put("old", at: "file")
        try put("mine", at: "folder/mine")
        try put("old", at: "swapped")
        try put("old", at: "other/deep/file")
        let image = try await fixture.build("FROM scratch\nCOPY . /")
        try await write(image)
        #expect(try Folder.names(in: out) == ["file", "folder", "link", "other", "swapped"])
        #expect(try text("file") == "new" && text("folder/a") == "A" && text("folder/mine") == "mine")
        #expect(try text("swapped/a") == "A" && text("other") == "O" && text("link") == "new")
        // And once more over itself.
        try await write(image)
        #expect(try Folder.names(in: out.appending("folder")) == ["a", "mine"])
    }

    /// A link in place of a folder is replaced, not followed.
    @Test func nothingIsWrittenThroughALink() async throws {
        try fixture.file("folder/a", "A")
        try Folder.create(out)
        let elsewhere = fixture.root.appending("elsewhere")
        try Folder.create(elsewhere)
        try #require(symlink(elsewhere.string, out.appending("folder").string) == 0)
        try await write(try await fixture.build("FROM scratch\nCOPY . /"))
        #expect(try Folder.names(in: elsewhere) == [] && text("folder/a") == "A")
    }

    @Test func modesAndHardLinksAreThoseOfTheImage() async throws {
        try put("mine", at: "shut/mine")
        try await fixture.addImage(
            "base",
            layers: [
                [
                    LayerEntry.folder("shut", mode: 0o555), LayerEntry.file("shut/a", "A", mode: 0o4755),
                    (LayerEntry("b", .hardLink(target: "shut/a"), mode: 0o4755), ""),
                ]
            ])
        try await write(try await fixture.build("FROM base\nLABEL a=b"))
        #expect(mode("shut") == 0o555 && mode("shut/a") == 0o4755)
        var (one, other) = (stat(), stat())
        stat(out.pushing("shut/a").string, &one)
        stat(out.appending("b").string, &other)
        #expect(one.st_ino == other.st_ino)
        chmod(out.appending("shut").string, 0o755)
    }

    /// What a layer takes away was in the layers below: files of a person stay.
    @Test func whiteoutsAreAboutTheImageAlone() async throws {
        try put("mine", at: "gone")
        try put("mine", at: "d/mine")
        try await fixture.addImage(
            "base",
            layers: [
                [LayerEntry.folder("d"), LayerEntry.file("d/a", "A"), LayerEntry.file("b", "B")],
                [
                    (LayerEntry.whiteout(of: "gone"), ""), (LayerEntry.whiteout(of: "b"), ""),
                    (LayerEntry.opaque("d"), ""),
                ],
            ])
        try await write(try await fixture.build("FROM base\nLABEL a=b"))
        #expect(
            try Folder.names(in: out) == ["d", "gone"] && Folder.names(in: out.appending("d")) == ["mine"])
    }

    /// The second layer of three cannot be read.
    @Test(arguments: [true, false])
    func afterAFailureTheFolderIsAsItWas(isThere: Bool) async throws {
        try fixture.file("a", "new").file("b", "B").file("c", "C")
        if isThere { try put("old", at: "a") }
        let image = try await fixture.build("FROM scratch\nCOPY a /\nCOPY b /\nCOPY c /")
        let layer = try await fixture.manifest(image).layers[1]
        try WholeFile.write([1, 2, 3], to: fixture.store.path(of: layer.digest))
        let error = await #expect(throws: BuildError.self) { try await write(image) }
        #expect(
            "\(String(describing: error))".contains("\(out) is as it was before"),
            "\(String(describing: error))")
        #expect(Folder.isFolder(out) == isThere)
        if isThere { #expect(try Folder.names(in: out) == ["a"] && text("a") == "old") }
    }

    @Test func whatADeadProcessLeftGoesWithTheNextOutput() async throws {
        try fixture.file("a", "A")
        try Folder.create(out.pushing(".stet-files-0123456789/files"))
        try await write(try await fixture.build("FROM scratch\nCOPY . /"))
        #expect(try Folder.names(in: out) == ["a"])
    }
}
