// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SystemPackage
import Testing

@Suite struct ContextScanTests {
    /// A file whose name is not UTF-8.
    private func makeOddName(in folder: FilePath) throws {
        let path = Array(folder.string.utf8CString.dropLast()) + [0x2F, CChar(bitPattern: 0xFF), 0]
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError("create a file in", folder, .init(rawValue: errno)) }
        close(descriptor)
    }

    /// From the context to a layer, out of a layer and an archive, and past a whiteout.
    @Test(arguments: [
        "FROM scratch\nCOPY d /d/", "FROM scratch\nCOPY d/? /d/", "FROM scratch\nCOPY --parents d/* /",
        "FROM scratch AS a\nCOPY d /e/\nFROM scratch\nCOPY --from=a /e /d",
        "FROM base\nCOPY --from=old / /d/",
    ])
    func namesThatAreNotUTF8KeepTheirBytes(dockerfile: String) async throws {
        let fixture = try BuildFixture().folder("d")
        try makeOddName(in: fixture.context.appending("d"))
        let odd = FilePath(nameText: String(nameBytes: [0xFF]))
        try await fixture.addImage("base", layers: [[LayerEntry.folder("d")]])
        let gone = FilePath(nameText: String(nameBytes: [0xFE]))
        try await fixture.addImage(
            "old",
            layers: [
                [
                    (LayerEntry(odd, .file(size: 0), mode: 0o644), ""),
                    (LayerEntry(gone, .file(size: 0), mode: 0o644), ""),
                ], [(LayerEntry.whiteout(of: gone), "")],
            ])
        let image = try await fixture.build(dockerfile)
        let layer = try #require(try await fixture.manifest(image).layers.last)
        var reader = try LayerReader(fixture.store.path(of: layer.digest))
        var files: [FilePath] = []
        while let entry = try reader.next() {
            if entry.kind != .directory { files.append(entry.path) }
        }
        #expect(files == [FilePath("d").appending(odd.components)])
    }

    @Test func aMessageShowsANameThatIsNotUTF8() async throws {
        let fixture = try BuildFixture().folder("d")
        try makeOddName(in: fixture.context.appending("d"))
        let folder = FilePath("d").appending(nameText: String(nameBytes: [0xFF]))
        try await fixture.addImage("base", layers: [[(LayerEntry(folder, .directory, mode: 0o755), "")]])
        let refusal = await fixture.refusal(of: "FROM base\nCOPY d /d")
        #expect(refusal == #"2:8 cannot copy a file over the folder /d/\xFF"#)
    }

    /// What cannot be read there does not matter.
    @Test(arguments: ["d", "d\n!e/x", "*\n!a", "**/d"])
    func ignoredFoldersAreNotLookedInto(ignore: String) async throws {
        let fixture = try BuildFixture().file("a", "A").file("d/b").file(".dockerignore", ignore)
        try makeOddName(in: fixture.context.appending("d"))
        let image = try await fixture.build("FROM scratch\nCOPY a /")
        #expect(try await fixture.entries(image) == ["a file 644 0:0 A"])
    }

    @Test func theParentsOfWhatIsKeptAreKept() async throws {
        let fixture = try BuildFixture().file("d/e/f/a", "A").file("d/e/b").file("d/g/c")
            .file(".dockerignore", "*\n!d/e/f/a")
        let image = try await fixture.build("FROM scratch\nCOPY . /")
        #expect(
            try await fixture.entries(image).map { $0.split(separator: " ")[0] }
                == ["d", "d/e", "d/e/f", "d/e/f/a"])
    }

    @Test func anIgnoredDockerfileIsStillUsed() async throws {
        let fixture = try BuildFixture().file("Dockerfile", "FROM scratch\nCOPY . /\n").file("a", "A")
            .file(".dockerignore", "Dockerfile\n.dockerignore\n")
        let image = try await fixture.build("") { $0.dockerfile = nil }
        #expect(try await fixture.entries(image) == ["a file 644 0:0 A"])
    }

    @Test func socketsAreLeftOut() async throws {
        let fixture = try BuildFixture().file("d/a", "A")
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = fixture.context.appending("d").appending("s").string
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(status == 0)
        let image = try await fixture.build("FROM scratch\nCOPY d /")
        #expect(try await fixture.entries(image) == ["a file 644 0:0 A"])
    }

    @Test func linksInTheContextAreNeverFollowedOutOfIt() async throws {
        let fixture = try BuildFixture().file("a", "A").link("loop", to: "loop").link("up", to: "..")
            .link("root", to: "/")
        let image = try await fixture.build("FROM scratch\nCOPY up/a root/a loo[p] /x/")
        // `..` and `/` are the context itself.
        #expect(
            try await fixture.entries(image) == [
                "x folder 755 0:0", "x/a file 644 0:0 A", "x/loop link loop",
            ])
        let refusal = await fixture.refusal(of: "FROM scratch\nCOPY root/etc/passwd /")
        #expect(refusal == "2:6 root/etc/passwd is not in the build context")
        let loop = await fixture.refusal(of: "FROM scratch\nCOPY loop /")
        #expect(loop == "2:6 loop is a link to loop, which is not in the build context")
    }

    @Test func theCapabilitiesOfAProgramAreKept() async throws {
        let fixture = try BuildFixture()
        // cap_net_raw, effective and permitted, as version 2.
        let value: [UInt8] = [1, 0, 0, 2, 0, 0x20, 0, 0] + [UInt8](repeating: 0, count: 12)
        var ping = LayerEntry.file("bin/ping", "P", mode: 0o755)
        ping.0.xattrs = ["security.capability": value]
        try await fixture.addImage("base", layers: [[LayerEntry.folder("bin"), ping]])
        let image = try await fixture.build("FROM scratch\nCOPY --from=base /bin/ping /")
        let layer = try #require(try await fixture.manifest(image).layers.first)
        var reader = try LayerReader(fixture.store.path(of: layer.digest))
        #expect(try reader.next()?.xattrs == ["security.capability": value])
    }

    /// The file grows between the look at the context and the second `COPY`.
    @Test func aFileThatChangesIsNamed() async throws {
        let fixture = try BuildFixture().file("a", "A").file("b", "B")
        let file = fixture.context.appending("b")
        let builder = ImageBuilder(store: fixture.store, bases: fixture) { event in
            if case .layer = event { try? WholeFile.write(Array("longer".utf8), to: file) }
        }
        var request = BuildRequest(
            context: fixture.context, platform: Platform(os: "linux", architecture: "amd64"))
        request.dockerfile = .text("FROM scratch\nCOPY a /\nCOPY b /", name: "Dockerfile")
        let asked = request
        let error = await #expect(throws: BuildError.self) { _ = try await builder.build(asked) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("changed while it was packed") && text.contains(file.string), "\(text)")
    }
}
