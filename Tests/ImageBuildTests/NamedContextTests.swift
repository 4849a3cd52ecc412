// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import RegistryTransport
import ScratchFolder
import SystemPackage
import Testing

/// `--build-context NAME=` with files that are elsewhere.
@Suite struct NamedContextTests {
    private func build(
        _ fixture: BuildFixture, _ dockerfile: String, from place: String, web: (any HTTPTransport)? = nil
    ) async throws -> BuiltImage {
        var site = fixture.site(runs: false)
        site.http = web
        var request = try fixture.request(dockerfile)
        request.namedContexts["files"] = try NamedContext(place)
        return try await ImageBuilder(site).build(request)
    }

    @Test(arguments: [
        ("#v1", "COPY --from=files a folder/b /", ["a file 644 0:0 1", "b file 644 0:0 b"]),
        ("#side:folder", "COPY --from=files . /", ["b file 644 0:0 b"]),
        (
            "", "COPY --from=files / /",
            ["a file 644 0:0 2", "folder folder 755 0:0", "folder/b file 644 0:0 b"]
        ),
    ])
    func aRepositoryIsCopiedFrom(_ ref: String, _ step: String, _ files: [String]) async throws {
        let scratch = try ScratchFolder()
        let repository = try GitRepository(in: scratch.path)
        let fixture = try BuildFixture()
        let image = try await build(
            fixture, "FROM scratch\n\(step)", from: "file://\(repository.folder)\(ref)")
        #expect(try await fixture.entries(image).filter { !$0.hasPrefix("out") } == files)
        #expect(try Folder.names(in: fixture.store.temporary).isEmpty)
    }

    @Test func anArchiveIsCopiedFrom() async throws {
        let fixture = try BuildFixture().archive(
            "files.tar.gz",
            [LayerEntry.folder("d"), LayerEntry.file("d/a", "A"), LayerEntry.file(".dockerignore", "d")],
            compression: .gzip(level: 1))
        let place = fixture.context.appending("files.tar.gz").string
        let image = try await build(fixture, "FROM scratch\nCOPY --from=files d/a /", from: place)
        #expect(try await fixture.entries(image) == ["a file 644 0:0 A"])
    }

    @Test func anArchiveOnAServerIsFetchedOnceForAllStages() async throws {
        let fixture = try BuildFixture().archive("x", [LayerEntry.file("a", "A")])
        let bytes = try WholeFile.read(fixture.context.appending("x"))
        let web = FakeWeb(["https://x.example/files.tar": .init(body: bytes)])
        let text =
            "FROM scratch AS one\nCOPY --from=files a /\nFROM scratch\nCOPY --from=files a /b\nCOPY --from=one a /"
        let image = try await build(fixture, text, from: "https://x.example/files.tar", web: web)
        #expect(try await fixture.listings(image) == [["b file 644 0:0 A"], ["a file 644 0:0 A"]])
        #expect(web.requests.count == 1)
    }

    @Test func whatNobodyReadsIsNotFetched() async throws {
        let fixture = try BuildFixture()
        let web = FakeWeb([:])
        _ = try await build(fixture, "FROM scratch\nLABEL a=b", from: "https://x.example/files.tar", web: web)
        #expect(web.requests.isEmpty)
    }

    /// A place, and what is said of it.
    @Test(arguments: [
        ("https://x.example/none.tar", "the server answered 404"), ("/nonexistent", "No such file"),
        ("file:///nonexistent.git", "git"),
    ])
    func whatCannotBeHadIsSaidAtItsReader(_ place: String, _ reason: String) async throws {
        let fixture = try BuildFixture()
        let error = await #expect(throws: BuildError.self) {
            try await build(
                fixture, "FROM scratch\nLABEL a=b\nCOPY --from=files a /", from: place, web: FakeWeb([:]))
        }
        let text = "\(String(describing: error))"
        #expect(text.contains("Dockerfile:3:1") && text.contains("build context 'files'"), "\(text)")
        #expect(text.contains(reason), "\(text)")
        #expect(try Folder.names(in: fixture.store.temporary).isEmpty)
    }

    @Test func aTextIsNoNamedContext() async throws {
        let fixture = try BuildFixture()
        let web = FakeWeb(["https://x.example/text": .text("FROM scratch")])
        let error = await #expect(throws: BuildError.self) {
            try await build(
                fixture, "FROM scratch\nCOPY --from=files a /", from: "https://x.example/text", web: web)
        }
        #expect("\(String(describing: error))".contains("not a tar archive"))
    }
}
