// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import LayerArchive
import OCISpec
import SourceText
import SystemPackage
import Testing

@Suite struct CopyOptionTests {
    /// What `--chmod` says, and the modes that a file of 644, a program of 755 and a folder of 755 then have.
    @Test(arguments: [
        ("600", "600 600 600"), ("0755", "755 755 755"), ("4711", "4711 4711 4711"), ("0", "0 0 0"),
        ("u=rwX,go=rX", "644 755 755"), ("a=rX", "444 555 555"), ("go-rwx", "600 700 700"),
        ("+x", "755 755 755"), ("a+x", "755 755 755"), ("u+s", "4644 4755 4755"), ("g+s", "2644 2755 2755"),
        ("+t", "1644 1755 1755"), ("o+t", "1644 1755 1755"), ("u=", "44 55 55"), ("g=u", "664 775 775"),
        ("go=u-w", "644 755 755"), ("u+x-w", "544 555 555"), ("=rw", "666 666 666"),
        ("o=g,g=", "604 705 705"),
    ])
    func chmodTakesNumbersAndChanges(chmod: String, modes: String) async throws {
        let fixture = try BuildFixture().file("s/a").file("s/b", mode: 0o755).folder("s/c")
        let image = try await fixture.build("FROM scratch\nCOPY --chmod=\(chmod) s /")
        let found = try await fixture.entries(image).map { $0.split(separator: " ")[2] }
        #expect(found.joined(separator: " ") == modes)
        #expect(
            try await fixture.config(image).history?.last?.createdBy == "COPY --chmod=\(chmod) s / # buildkit"
        )
    }

    @Test(arguments: ["888", "77777", "x+y", "u+z", "u", "+", ",", "u=rw,", "rwx", "u~x", "-1", "0x1"])
    func aModeThatIsNoneIsRefused(chmod: String) async throws {
        let fixture = try BuildFixture().file("a")
        let refusal = await fixture.refusal(of: "FROM scratch\nCOPY --chmod=\(chmod) a /")
        if chmod == "+" {
            // Nothing is added: odd, and legal for chmod(1) too.
            #expect(refusal == nil)
        } else {
            #expect(refusal?.hasPrefix("2:14 '\(chmod)' is neither") ?? false, "\(refusal ?? "")")
        }
    }

    private func tree() throws -> BuildFixture {
        try BuildFixture().file("s/a.txt", "A").file("s/b.md", "B").file("s/d/c.txt", "C").file(
            "s/d/e.md", "E"
        )
        .file("s/d/f/g.txt", "G").file("t.txt", "T").file("t.md", "M")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        let paths: String

        var testDescription: String { line }
    }

    @Test(arguments: [
        Case(line: "COPY --exclude=*.txt s /", paths: "b.md d d/c.txt d/e.md d/f d/f/g.txt"),
        Case(line: "COPY --exclude=**/*.txt s /", paths: "b.md d d/e.md d/f"),
        Case(line: "COPY --exclude=d s /", paths: "a.txt b.md"),
        Case(line: "COPY --exclude=d --exclude=!d/f s /", paths: "a.txt b.md d d/f d/f/g.txt"),
        Case(line: "COPY --exclude=** --exclude=!**/*.md s /", paths: "b.md d d/e.md"),
        Case(line: "COPY --exclude=*.txt --exclude=*.md s /", paths: "d d/c.txt d/e.md d/f d/f/g.txt"),
        Case(line: "COPY --exclude=*.md t* /", paths: "t.txt"),
        Case(line: "ARG x=d\nCOPY --exclude=$x s /", paths: "a.txt b.md"),
        Case(line: "ADD --exclude=d s /", paths: "a.txt b.md"),
        Case(line: "COPY --parents s/d/c.txt /", paths: "s s/d s/d/c.txt"),
        Case(line: "COPY --parents ./s/d/c.txt t.txt /x/", paths: "x x/s x/s/d x/s/d/c.txt x/t.txt"),
        Case(line: "COPY --parents s/./d/c.txt /", paths: "d d/c.txt"),
        Case(line: "COPY --parents s/./d /", paths: "d d/c.txt d/e.md d/f d/f/g.txt"),
        Case(line: "COPY --parents s/**/*.md /", paths: "s s/b.md s/d s/d/e.md"),
        Case(line: "COPY --parents s/*/*.md /", paths: "s s/d s/d/e.md"),
        Case(line: "COPY --parents **/g.txt /", paths: "s s/d s/d/f s/d/f/g.txt"),
        Case(line: "COPY --parents s/d/./f/*.txt /", paths: "f f/g.txt"),
        Case(
            line: "COPY --parents --exclude=**/*.md s /", paths: "s s/a.txt s/d s/d/c.txt s/d/f s/d/f/g.txt"),
        Case(line: "COPY --parents none* /x/", paths: "x"),
    ])
    func excludeAndParentsSelect(example: Case) async throws {
        let fixture = try tree()
        let image = try await fixture.build("FROM scratch\n\(example.line)")
        let paths = try await fixture.entries(image).map { $0.split(separator: " ")[0] }
        #expect(paths.joined(separator: " ") == example.paths)
    }

    @Test func parentsThatAreThereStayAsTheyAre() async throws {
        let fixture = try tree()
        try await fixture.addImage("base", layers: [[LayerEntry.folder("s", mode: 0o700)]])
        let image = try await fixture.build("FROM base\nCOPY --parents --chown=5:6 s/d/c.txt /")
        #expect(try await fixture.entries(image) == ["s/d folder 755 5:6", "s/d/c.txt file 644 5:6 C"])
    }

    @Test(arguments: [
        ("COPY --parents s/nope /", "2:16 s/nope is not in the build context"),
        ("COPY --parents l/e.md /", "2:16 l/e.md leads through a link, which --parents does not follow"),
        (
            "COPY --parents l/*.md /",
            "2:16 l/*.md selects nothing: it leads through the link l, which --parents does not follow"
        ),
        (
            "COPY --parents s/./[k]/*.txt /",
            "2:16 s/./[k]/*.txt selects nothing: it leads through the link s/k, which --parents does not follow"
        ),
        (
            "COPY --parents s/./k/c.txt /",
            "2:16 s/./k/c.txt leads through a link, which --parents does not follow"
        ),
        ("COPY --exclude=[ s /", "2:16 '[' is not a pattern"),
        ("COPY https://example.com/x /", "2:6 COPY does not take a URL"),
        ("COPY git@example.com:x.git /", "2:6 COPY does not take a git repository"),
        ("ADD --checksum=sha256:00 s /", "2:16 --checksum is for one URL or one git repository"),
    ])
    func whatCannotBeCopiedIsSaidAtItsPlace(line: String, message: String) async throws {
        let fixture = try tree().link("l", to: "s/d").link("s/k", to: "d")
        let refusal = await fixture.refusal(of: "FROM scratch\n\(line)")
        #expect(refusal == message)
    }

    @Test func aLinkedLayerDoesNotDependOnTheBase() async throws {
        let fixture = try tree()
        try await fixture.addImage(
            "base", layers: [[LayerEntry.folder("usr/bin"), LayerEntry.link("bin", to: "usr/bin")]])
        let plain = try await fixture.build("FROM base\nCOPY t.txt /bin/")
        #expect(try await fixture.entries(plain) == ["usr/bin/t.txt file 644 0:0 T"])
        // What changes modes is not linked, as with BuildKit.
        let changed = try await fixture.build("FROM base\nCOPY --link --chmod=600 t.txt /bin/")
        #expect(try await fixture.entries(changed) == ["usr/bin/t.txt file 600 0:0 T"])
        let linked = try await fixture.build("FROM base\nCOPY --link t.txt /bin/")
        let expected = ["bin folder 755 0:0", "bin/t.txt file 644 0:0 T"]
        #expect(try await fixture.entries(linked) == expected)
        let alone = try await fixture.build("FROM scratch\nCOPY t.txt /bin/")
        #expect(try await fixture.manifest(linked).layers.last == fixture.manifest(alone).layers.last)
        // What comes after sees the folder that took the link's place.
        let after = try await fixture.build("FROM base\nCOPY --link t.txt /bin/\nCOPY t.md /bin/")
        #expect(try await fixture.entries(after) == ["bin/t.md file 644 0:0 M"])
    }

    @Test func namesOfOwnersComeFromTheStageThatIsCopiedTo() async throws {
        let fixture = try tree()
        try await fixture.addImage(
            "base",
            layers: [
                [
                    LayerEntry.folder("etc"),
                    LayerEntry.file("etc/passwd", "root:x:0:0::/:\napp:x:7:8::/:\n"),
                    LayerEntry.file("etc/group", "staff:x:50:\n"),
                ]
            ])
        for (chown, owner) in [
            ("app", "7:8"), ("app:staff", "7:50"), ("9:staff", "9:50"), ("app:3", "7:3"),
            (":staff", "0:50"), ("app:", "7:0"), ("4294967294:0", "4294967294:0"),
        ] {
            let image = try await fixture.build(
                "FROM scratch AS files\nCOPY t.txt /\nFROM base\nCOPY --from=files --chown=\(chown) /t.txt /")
            #expect(try await fixture.entries(image) == ["t.txt file 644 \(owner) T"])
        }
    }

    @Test func aStageKeepsModesOwnersAndHardLinks() async throws {
        let fixture = try BuildFixture()
        let link = (LayerEntry("d/b", .hardLink(target: "d/a"), mode: 0o600), "")
        var owned = LayerEntry.file("d/a", "A", mode: 0o600)
        (owned.0.uid, owned.0.gid) = (4, 5)
        try await fixture.addImage("base", layers: [[LayerEntry.folder("d", mode: 0o711), owned, link]])
        let image = try await fixture.build("FROM scratch\nCOPY --from=base /d /x/d")
        #expect(
            try await fixture.entries(image) == [
                "x folder 755 0:0", "x/d folder 755 0:0", "x/d/a file 600 4:5 A", "x/d/b same as x/d/a",
            ])
    }

    @Test func hardLinksAndPipesOfTheContextAreKept() async throws {
        let fixture = try BuildFixture().file("d/a", "A").hardLink("d/b", to: "d/a").fifo("d/pipe")
        let image = try await fixture.build("FROM scratch\nCOPY d /")
        #expect(try await fixture.entries(image) == ["a file 644 0:0 A", "b same as a", "pipe fifo 644 0:0"])
        // One name alone is a file.
        let one = try await fixture.build("FROM scratch\nCOPY d/b /")
        #expect(try await fixture.entries(one) == ["b file 644 0:0 A"])
    }

    @Test func aNameThatWouldHideAFileIsRefused() async throws {
        let fixture = try BuildFixture().file("d/.wh.x")
        let refusal = await fixture.refusal(of: "FROM scratch\nCOPY d /")
        #expect(refusal?.contains("/.wh.x cannot be in a layer") ?? false, "\(refusal ?? "")")
    }

    @Test func wildcardsThatMatchALinkCopyWhatItNamesUnderTheLinksName() async throws {
        let fixture = try BuildFixture().file("dir/x", "X").link("l1", to: "dir").link("l2", to: "dir/x")
            .link("l3", to: "/etc/passwd")
        let image = try await fixture.build("FROM scratch\nCOPY l* /to/")
        #expect(
            try await fixture.entries(image) == [
                "to folder 755 0:0", "to/l2 file 644 0:0 X", "to/l3 link /etc/passwd", "to/x file 644 0:0 X",
            ])
    }

    @Test func escapedNamesAreMeantAsTheyAre() async throws {
        let fixture = try BuildFixture().file("a*b", "1").file("axb", "2").file("[x]", "3").file("c\\d", "4")
        for (source, text) in [("a\\\\\\\\*b", "1"), ("[[]x]", "3"), ("c\\\\\\\\d", "4")] {
            let image = try await fixture.build("FROM scratch\nCOPY [\"\(source)\", \"/y\"]")
            #expect(try await fixture.entries(image) == ["y file 644 0:0 \(text)"])
        }
    }
}
