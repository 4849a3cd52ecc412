// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText
import SystemPackage
import Testing

@Suite struct CopyTests {
    /// A context with a bit of everything.
    private func fixture() throws -> BuildFixture {
        try BuildFixture()
            .file("a.txt", "A").file("b.txt", "B").file("run", "R", mode: 0o755)
            .file("dir/one", "1").file("dir/sub/two", "2", mode: 0o600)
            .folder("dir/empty", mode: 0o700).file("[x]", "X")
            .link("inside", to: "a.txt").link("outside", to: "/etc/passwd").link(
                "dir/up", to: "../../../etc/shadow")
    }

    /// The lines of a Dockerfile behind `FROM scratch` and the entries of the last layer.
    struct Case: Sendable, CustomTestStringConvertible {
        let lines: String
        let entries: [String]

        var testDescription: String { lines }
    }

    @Test(arguments: [
        Case(lines: "COPY a.txt /", entries: ["a.txt file 644 0:0 A"]),
        Case(lines: "COPY a.txt /b", entries: ["b file 644 0:0 A"]),
        Case(
            lines: "COPY run /x/y/",
            entries: ["x folder 755 0:0", "x/y folder 755 0:0", "x/y/run file 755 0:0 R"]),
        Case(
            lines: "COPY a.txt b.txt /x/",
            entries: ["x folder 755 0:0", "x/a.txt file 644 0:0 A", "x/b.txt file 644 0:0 B"]),
        Case(lines: "COPY a.txt b.txt .", entries: ["a.txt file 644 0:0 A", "b.txt file 644 0:0 B"]),
        Case(lines: "COPY *.txt /", entries: ["a.txt file 644 0:0 A", "b.txt file 644 0:0 B"]),
        Case(lines: "COPY ?.txt none* /", entries: ["a.txt file 644 0:0 A", "b.txt file 644 0:0 B"]),
        Case(lines: "COPY [a]*.txt /", entries: ["a.txt file 644 0:0 A"]),
        Case(lines: "COPY [[]x] /y", entries: ["y file 644 0:0 X"]),
        Case(lines: "COPY */one /", entries: ["one file 644 0:0 1"]),
        Case(
            lines: "COPY dir /d",
            entries: [
                "d folder 755 0:0", "d/empty folder 700 0:0", "d/one file 644 0:0 1", "d/sub folder 755 0:0",
                "d/sub/two file 600 0:0 2", "d/up link ../../../etc/shadow",
            ]),
        Case(lines: "COPY dir/sub/ /", entries: ["two file 600 0:0 2"]),
        Case(lines: "COPY ../../a.txt /../b", entries: ["b file 644 0:0 A"]),
        Case(lines: "COPY /a.txt /b", entries: ["b file 644 0:0 A"]),
        Case(lines: "COPY inside /", entries: ["inside file 644 0:0 A"]),
        Case(lines: "COPY outsid[e] /", entries: ["outside link /etc/passwd"]),
        Case(lines: "COPY --chmod=4750 a.txt /", entries: ["a.txt file 4750 0:0 A"]),
        // A number is for the folders that are made on the way, too; changes of a mode are not.
        Case(
            lines: "COPY --chmod=640 a.txt /x/y/",
            entries: ["x folder 640 0:0", "x/y folder 640 0:0", "x/y/a.txt file 640 0:0 A"]),
        Case(
            lines: "COPY --chmod=4711 dir/sub /x/y",
            entries: ["x folder 711 0:0", "x/y folder 711 0:0", "x/y/two file 4711 0:0 2"]),
        Case(
            lines: "COPY --chmod=go= a.txt /x/", entries: ["x folder 755 0:0", "x/a.txt file 600 0:0 A"]),
        Case(lines: "COPY --chown=5 a.txt /x/", entries: ["x folder 755 5:5", "x/a.txt file 644 5:5 A"]),
        Case(lines: "COPY --chown=5:6 a.txt /", entries: ["a.txt file 644 5:6 A"]),
        Case(lines: "ENV n=a m=5\nCOPY --chown=$m:$m ${n}.txt /${n}", entries: ["a file 644 5:5 A"]),
        Case(
            lines: "WORKDIR /w\nCOPY a.txt ./sub/",
            entries: ["w/sub folder 755 0:0", "w/sub/a.txt file 644 0:0 A"]),
        Case(lines: "WORKDIR /w\nCOPY a.txt x", entries: ["w/x file 644 0:0 A"]),
        Case(lines: "COPY b.txt /a.txt\nCOPY a.txt /a.txt", entries: ["a.txt file 644 0:0 A"]),
        Case(lines: "COPY dir /d\nCOPY a.txt /d", entries: ["d/a.txt file 644 0:0 A"]),
        Case(lines: "COPY [\"a.txt\", \"/a b\"]", entries: ["a b file 644 0:0 A"]),
        Case(lines: "ADD a.txt /", entries: ["a.txt file 644 0:0 A"]),
        Case(
            lines: "ENV v=x\nCOPY <<f <<'g' /\n$v\nf\n$v\ng",
            entries: ["f file 644 0:0 x", "g file 644 0:0 $v"]),
    ])
    func copyPutsFilesWhereItSays(example: Case) async throws {
        let fixture = try fixture()
        let image = try await fixture.build("FROM scratch\n" + example.lines)
        #expect(
            try await fixture.listings(image).last?.map { $0.replacing("\n", with: "") } == example.entries)
    }

    @Test func ignoredFilesAreNotThere() async throws {
        let fixture = try fixture().file(".dockerignore", "dir\n!dir/sub/two\n*.txt\n")
        let image = try await fixture.build("FROM scratch\nCOPY . /")
        let paths = try await fixture.listings(image)[0].map { $0.split(separator: " ")[0] }
        #expect(
            paths == [".dockerignore", "[x]", "dir", "dir/sub", "dir/sub/two", "inside", "outside", "run"])
    }

    @Test func anIgnoreFileBesideTheDockerfileWins() async throws {
        let fixture = try fixture().file(".dockerignore", "*").file("x/Df", "FROM scratch\nCOPY *.txt /\n")
            .file("x/Df.dockerignore", "b.txt")
        let image = try await fixture.build("") { $0.dockerfile = .file(fixture.context.appending("x/Df")) }
        #expect(try await fixture.listings(image) == [["a.txt file 644 0:0 A"]])
    }

    @Test func wildcardsThatMatchNothingCopyNothingAndWarn() async throws {
        let fixture = try fixture()
        let image = try await fixture.build("FROM scratch\nCOPY nothing* /x/")
        #expect(try await fixture.manifest(image).layers.isEmpty)
        #expect(try await fixture.config(image).history?.last?.emptyLayer == true)
        let warnings = fixture.events.compactMap {
            if case .warning(let warning) = $0 { warning } else { nil }
        }
        #expect(warnings.map(\.location.line) == [2])
    }

    /// Files and folders as three umasks leave them; a closed one stays closed.
    @Test func theUsualUmasksMakeTheSameImage() async throws {
        var digests: Set<Digest> = []
        for umask: UInt32 in [0o022, 0o000, 0o002] {
            let fixture = try BuildFixture().folder("d", mode: 0o777 & ~umask)
                .file("d/text", "T", mode: 0o666 & ~umask).file("d/run", "R", mode: 0o777 & ~umask)
            let image = try await fixture.build("FROM scratch\nCOPY . /")
            digests.insert(image.manifest.digest)
            #expect(
                try await fixture.listings(image) == [
                    ["d folder 755 0:0", "d/run file 755 0:0 R", "d/text file 644 0:0 T"]
                ])
        }
        #expect(digests.count == 1)
    }

    @Test func whatIsClosedHereIsClosedInTheImage() async throws {
        let fixture = try BuildFixture().folder("secrets", mode: 0o700)
            .file("secrets/key", "K", mode: 0o600).file("secrets/run", "R", mode: 0o710)
        let image = try await fixture.build("FROM scratch\nCOPY . /")
        #expect(
            try await fixture.listings(image) == [
                ["secrets folder 700 0:0", "secrets/key file 600 0:0 K", "secrets/run file 710 0:0 R"]
            ])
    }

    @Test func specialBitsAndChmodAreKept() async throws {
        let fixture = try BuildFixture().folder("d", mode: 0o3770).file("d/x", "X", mode: 0o4750)
        let image = try await fixture.build("FROM scratch\nCOPY . /\nCOPY --chmod=600 d/x /y")
        #expect(
            try await fixture.listings(image) == [
                ["d folder 3750 0:0", "d/x file 4750 0:0 X"], ["y file 600 0:0 X"],
            ])
    }
}
