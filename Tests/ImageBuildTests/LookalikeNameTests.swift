// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import LayerArchive
import OCISpec
import SystemPackage
import Testing

/// Two names that look the same and are not: an é that is one character, and an e with an accent behind it.
@Suite struct LookalikeNameTests {
    private static let one = "\u{E9}"
    private static let two = "e\u{301}"

    /// Both in a folder `d` of the context.
    private func fixture() throws -> BuildFixture {
        try BuildFixture().file("d/\(Self.one)", "one").file("d/\(Self.two)", "two")
    }

    /// The characters of each entry of the last layer, which no two spellings share.
    private func entries(_ dockerfile: String, in fixture: BuildFixture) async throws -> [[UInt32]] {
        let image = try await fixture.build(dockerfile)
        return Self.characters(try await fixture.entries(image).filter { !$0.contains("folder") })
    }

    private static func characters(_ texts: [String]) -> [[UInt32]] {
        texts.map { $0.unicodeScalars.map(\.value) }
    }

    private static func both(in folder: String) -> [[UInt32]] {
        characters(["\(folder)\(two) file 644 0:0 two", "\(folder)\(one) file 644 0:0 one"])
    }

    @Test(arguments: [
        "COPY d /x/", "COPY d/* /x/", "COPY d/\(one) d/\(two) /x/", "COPY --parents d/./* /x/",
        "COPY d/[\(one)e]* /x/", "ADD d /x/", "COPY d /d/\nFROM scratch\nCOPY --from=0 /d /x/",
    ])
    func bothAreCopied(steps: String) async throws {
        #expect(try await entries("FROM scratch\n\(steps)", in: fixture()) == Self.both(in: "x/"))
    }

    @Test(arguments: [
        ("COPY d/\(one) /", one, "one"), ("COPY d/\(two) /", two, "two"), ("COPY d/e? /", two, "two"),
        ("COPY d/? /", one, "one"), ("COPY --parents d/./\(two) /", two, "two"),
        ("COPY d/e[\u{300}-\u{302}] /", two, "two"),
        ("COPY --exclude=\(one) d /", two, "two"), ("COPY --exclude=e* d /", one, "one"),
    ])
    func aWordMeansTheOneThatItSpells(_ step: String, _ name: String, _ content: String) async throws {
        let found = try await entries("FROM scratch\n\(step)", in: fixture())
        #expect(found == Self.characters(["\(name) file 644 0:0 \(content)"]))
    }

    @Test(arguments: [(one, "two"), (two, "one"), ("*\n!d/\(one)", "one"), ("**/e?", "one")])
    func theIgnoreFileMeansTheOneThatItSpells(_ pattern: String, _ content: String) async throws {
        let line = pattern.hasPrefix("*") ? pattern : "d/" + pattern
        let fixture = try fixture().file(".dockerignore", line + "\n.dockerignore\n")
        let found = try await entries("FROM scratch\nCOPY . /", in: fixture)
        let name = content == "one" ? Self.one : Self.two
        #expect(found == Self.characters(["d/\(name) file 644 0:0 \(content)"]))
    }

    @Test func aWordForTheOtherOneIsNotThere() async throws {
        let fixture = try BuildFixture().file(Self.two, "two").file(".dockerignore", Self.one)
        let refusal = await fixture.refusal(of: "FROM scratch\nCOPY \(Self.one) /") ?? ""
        #expect(refusal.utf8.elementsEqual("2:6 \(Self.one) is not in the build context".utf8))
        #expect(
            try await entries("FROM scratch\nCOPY \(Self.two) /", in: fixture)
                == Self.characters(["\(Self.two) file 644 0:0 two"]))
    }

    @Test func destinationsAndWorkingFoldersAreWhatTheySpell() async throws {
        let fixture = try BuildFixture().file("a", "A")
        let text = "FROM scratch\nWORKDIR /\(Self.one)\nWORKDIR /\(Self.two)\nCOPY a .\nCOPY a /\(Self.one)/b"
        let image = try await fixture.build(text)
        let found = try await fixture.listings(image).map { Self.characters($0) }
        let (one, two) = (Self.one, Self.two)
        #expect(
            found == [
                Self.characters(["\(one) folder 755 0:0"]), Self.characters(["\(two) folder 755 0:0"]),
                Self.characters(["\(two)/a file 644 0:0 A"]), Self.characters(["\(one)/b file 644 0:0 A"]),
            ])
        let folder = try await fixture.config(image).config?.workingDir ?? ""
        #expect(folder.utf8.elementsEqual("/\(two)".utf8))
    }

    @Test func bothComeOutOfAnArchive() async throws {
        let fixture = try BuildFixture().archive(
            "a.tar", [LayerEntry.file(Self.two, "two"), LayerEntry.file(Self.one, "one")])
        let image = try await fixture.cachedBuild("FROM scratch\nADD a.tar /x/").image
        let again = try await fixture.cachedBuild("FROM scratch\nADD a.tar /x/\nADD a.tar /y/").image
        #expect(Self.characters(try await fixture.entries(image)).suffix(2) == Self.both(in: "x/")[...])
        #expect(Self.characters(try await fixture.entries(again)).suffix(2) == Self.both(in: "y/")[...])
    }

    /// What is in base images, and what their whiteouts hide.
    @Test(arguments: [one, two])
    func aWhiteoutHidesTheOneThatItSpells(gone: String) async throws {
        let fixture = try BuildFixture()
        try await fixture.addImage(
            "base",
            layers: [
                [LayerEntry.file("d/\(Self.two)", "two"), LayerEntry.file("d/\(Self.one)", "one")],
                [(LayerEntry.whiteout(of: FilePath("d/" + gone)), "")],
            ])
        let found = try await entries("FROM scratch\nCOPY --from=base /d /", in: fixture)
        let left =
            gone.utf8.elementsEqual(Self.one.utf8)
            ? "\(Self.two) file 644 0:0 two" : "\(Self.one) file 644 0:0 one"
        #expect(found == Self.characters([left]))
    }

    @Test func theFilesOfAnImageHaveBoth() async throws {
        let fixture = try fixture()
        let image = try await fixture.build("FROM scratch\nCOPY d /")
        let files = ImageFiles(of: image, at: fixture.site(runs: false), splitsPlatforms: nil)
        let (tar, folder) = (fixture.root.appending("out.tar"), fixture.root.appending("out"))
        try await files.write(toTar: tar)
        try await files.write(toFolder: folder)
        #expect(Self.characters(try fixture.entries(inFile: tar)) == Self.both(in: ""))
        let names = try Folder.components(in: folder)
        #expect(names == [FilePath.Component(Self.two), FilePath.Component(Self.one)])
    }

    /// What was cached for one of them is not taken for the other.
    @Test func theCacheKnowsThemApart() async throws {
        let fixture = try BuildFixture().file("x/\(Self.one)", "A").file("y/\(Self.two)", "A")
        let one = try await fixture.cachedBuild("FROM scratch\nCOPY x /").image
        let two = try await fixture.cachedBuild("FROM scratch\nCOPY y /").image
        let names = [try await fixture.entries(one), try await fixture.entries(two)].map(Self.characters)
        #expect(names[0] != names[1])
    }

    /// A name that begins with an accent makes no other character of the slash before it.
    @Test func aNameMayBeginWithAnAccent() async throws {
        let fixture = try BuildFixture().file("d/\u{301}a", "A").file("d/\u{301}b", "B")
        #expect(
            try await entries("FROM scratch\nCOPY d/\u{301}a /x/\u{308}y/", in: fixture)
                == Self.characters(["x/\u{308}y/\u{301}a file 644 0:0 A"]))
    }

    @Test(.enabled("needs busybox and a container runtime") { await RunFixture.works() })
    func aCommandMayMakeAndRemoveEither() async throws {
        let fixture = try RunFixture()
        let made =
            #"RUN mkdir /d; echo one > "$(printf '/d/\303\251')"; echo two > "$(printf '/d/e\314\201')""#
        let removed = #"RUN rm "$(printf '/d/\303\251')""#
        let image = try await fixture.build("\(made)\n\(removed)").image
        #expect(
            Self.characters(try await fixture.lastLayer(image))
                == Self.characters(["d/.wh.\(Self.one) file 644 0:0"]))
        let copied = try await fixture.build(
            "FROM base AS made\n\(made)\n\(removed)\nFROM scratch\nCOPY --from=made /d /"
        ).image
        #expect(
            Self.characters(try await fixture.lastLayer(copied))
                == Self.characters(["\(Self.two) file 644 0:0 two\n"]))
    }
}
