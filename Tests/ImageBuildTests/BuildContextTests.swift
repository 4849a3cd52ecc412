// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import RegistryClient
import RegistryTransport
import ScratchFolder
import SystemPackage
import Testing

@Suite struct BuildContextTests {
    private func tar(
        _ entries: [(LayerEntry, String)], in folder: FilePath, _ compression: LayerCompression = .none
    ) throws -> [UInt8] {
        let writer = try LayerWriter(in: folder, compression: compression)
        for (entry, text) in entries { try writer.append(entry, content: .bytes(Array(text.utf8))) }
        let file = try writer.finish().file
        defer { try? Folder.remove(file) }
        return try WholeFile.read(file)
    }

    private let entries = [
        LayerEntry.file("Dockerfile", "FROM scratch\nCOPY d /\n"), LayerEntry.folder("d"),
        LayerEntry.file("d/a", "A"),
    ]

    private func expectContext(_ context: ResolvedContext) throws {
        #expect(try Folder.names(in: context.folder) == ["Dockerfile", "d"])
        #expect(try WholeFile.read(context.folder.appending("d").appending("a")) == Array("A".utf8))
        #expect(context.isTemporary && context.dockerfile == nil && context.commit == nil)
    }

    /// A descriptor that gives bytes and then ends, as a pipe does.
    private func pipe(_ bytes: [UInt8]) throws -> FileDescriptor {
        let ends = try FileDescriptor.pipe()
        try ends.writeEnd.closeAfter { _ = try ends.writeEnd.writeAll(bytes) }
        return ends.readEnd
    }

    @Test func aFolderIsTakenAsItIs() async throws {
        let scratch = try ScratchFolder()
        let context = try await BuildContextResolver(scratch: "/nowhere").resolve(.parse(scratch.path.string))
        #expect(context.folder == scratch.path && !context.isTemporary)
    }

    @Test(arguments: [LayerCompression.none, .standard, .zstd(level: 3)])
    func aTarFileIsUnpacked(compression: LayerCompression) async throws {
        let scratch = try ScratchFolder()
        let file = try scratch.file("context", bytes: tar(entries, in: scratch.path, compression))
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        try expectContext(try await resolver.resolve(.parse(file.string)))
    }

    @Test func aTarComesThroughANamedPipe() async throws {
        let scratch = try ScratchFolder()
        let pipe = try NamedPipe(in: scratch.path)
        let bytes = try tar(entries, in: scratch.path, .standard)
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        async let context = resolver.resolve(.parse(pipe.path.string))
        try await pipe.whenRead { _ = try $0.writeAll(bytes) }
        try expectContext(try await context)
    }

    @Test(arguments: [false, true])
    func aPipeThatNobodyEndsIsGivenUp(isWrittenTo: Bool) async throws {
        let scratch = try ScratchFolder()
        let pipe = try NamedPipe(in: scratch.path)
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        let task = Task { try await resolver.resolve(.path(pipe.path)) }
        let error = try await pipe.whenRead { writer in
            if isWrittenTo { _ = try writer.writeAll([0x1F]) }
            task.cancel()
            return await #expect(throws: ContextError.self) { try await task.value }
        }
        #expect(error?.cause is CancellationError)
        #expect(try Folder.names(in: scratch.path.appending("tmp")) == [])
    }

    @Test func aTarComesThroughStandardInput() async throws {
        let scratch = try ScratchFolder()
        let input = try pipe(tar(entries, in: scratch.path, .standard))
        defer { try? input.close() }
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"), input: input)
        try expectContext(try await resolver.resolve(.parse("-")))
    }

    @Test func aDockerfileAloneComesThroughStandardInput() async throws {
        let scratch = try ScratchFolder()
        let input = try pipe(Array("FROM scratch\n".utf8))
        defer { try? input.close() }
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"), input: input)
        let context = try await resolver.resolve(.parse("-"))
        #expect(context.dockerfile == "FROM scratch\n")
        #expect(try Folder.names(in: context.folder) == [])
    }

    @Test func aURLGivesAnArchiveOrADockerfile() async throws {
        let scratch = try ScratchFolder()
        let web = FakeWeb([
            "https://w.io/c.tgz": FakeWeb.Page(body: try tar(entries, in: scratch.path, .standard)),
            "https://w.io/Dockerfile": .text("FROM scratch\n"),
        ])
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"), http: web)
        try expectContext(try await resolver.resolve(.parse("https://w.io/c.tgz")))
        #expect(try await resolver.resolve(.parse("https://w.io/Dockerfile")).dockerfile == "FROM scratch\n")
    }

    @Test func anArtifactIsUnpacked() async throws {
        let scratch = try ScratchFolder()
        let layer = try tar(entries, in: scratch.path, .standard)
        let digest = Digest(of: layer)
        var file = Descriptor(mediaType: .ociLayer, digest: Digest(of: Array("T".utf8)), size: 1)
        file.annotations = ["org.opencontainers.image.title": "title.txt"]
        let config = Array("{}".utf8)
        let manifest = try Manifest(
            .image(
                ImageManifest(
                    config: Descriptor(mediaType: .ociConfig, digest: Digest(of: config), size: 2),
                    layers: [
                        Descriptor(mediaType: .ociLayerGzip, digest: digest, size: Int64(layer.count)), file,
                    ]))
        ).bytes
        let root = "https://r.io/v2/team/context"
        let web = FakeWeb([
            "https://r.io/v2/": FakeWeb.Page(),
            "\(root)/manifests/1": FakeWeb.Page(
                headers: ["Content-Type": "application/vnd.oci.image.manifest.v1+json"], body: manifest),
            "\(root)/manifests/\(Digest(of: manifest))": FakeWeb.Page(
                headers: ["Content-Type": "application/vnd.oci.image.manifest.v1+json"], body: manifest),
            "\(root)/blobs/\(digest)": FakeWeb.Page(body: layer),
            "\(root)/blobs/\(file.digest)": .text("T"),
            "\(root)/blobs/\(Digest(of: config))": FakeWeb.Page(body: config),
        ])
        let registries = RegistryConnector(over: web, spoolFolder: scratch.path) { _ in nil }
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"), registries: registries)
        let context = try await resolver.resolve(.parse("oci://r.io/team/context:1"))
        #expect(try Folder.names(in: context.folder) == ["Dockerfile", "d", "title.txt"])
    }

    @Test(arguments: [
        ("", "neither a folder nor a tar archive"), ("PK\u{3}\u{4}rest", "it is a zip archive"),
        ("just a text", "neither a folder nor a tar archive"),
    ])
    func aFileThatIsNoArchiveIsRefused(content: String, message: String) async throws {
        let scratch = try ScratchFolder()
        let file = try scratch.file("context", content)
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        let error = await #expect(throws: ContextError.self) {
            _ = try await resolver.resolve(.parse(file.string))
        }
        #expect(error.map { "\($0)".contains(message) } ?? false, "\(String(describing: error))")
        #expect(try Folder.names(in: scratch.path.appending("tmp")) == [])
    }

    @Test(arguments: [("", "it is empty"), ("\u{0}\u{1}", "neither a tar archive nor the text")])
    func standardInputMustBeSomething(content: String, message: String) async throws {
        let scratch = try ScratchFolder()
        let input = try pipe(Array(content.utf8))
        defer { try? input.close() }
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"), input: input)
        let error = await #expect(throws: ContextError.self) {
            _ = try await resolver.resolve(.standardInput)
        }
        #expect(error.map { "\($0)".contains(message) } ?? false, "\(String(describing: error))")
    }

    @Test func aHostileArchiveTouchesNothingOutside() async throws {
        let scratch = try ScratchFolder()
        let bytes = try tar(
            [LayerEntry.link("l", to: scratch.path.string), LayerEntry.file("l/x", "X")],
            in: scratch.path)
        let file = try scratch.file("context", bytes: bytes)
        let resolver = BuildContextResolver(scratch: scratch.path.appending("tmp"))
        _ = try? await resolver.resolve(.parse(file.string))
        #expect(!(try Folder.names(in: scratch.path)).contains("x"))
    }

    @Test func aMissingFolderAndAMissingNetworkAreSaid() async throws {
        let resolver = BuildContextResolver(scratch: try ScratchFolder().path)
        for text in ["/nowhere/at/all", "https://w.io/c.tgz", "oci://r.io/a/b:1"] {
            let error = await #expect(throws: ContextError.self) {
                _ = try await resolver.resolve(.parse(text))
            }
            #expect(error.map { "\($0)".hasPrefix("cannot get the build context \(text): ") } ?? false)
        }
    }

    @Test(arguments: ["", "ftp://x/y", "oci://", "s3://bucket"])
    func whatIsNoContextIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try BuildContextLocation.parse(text) }
    }

    @Test func contextsAreTold() throws {
        #expect(try BuildContextLocation.parse("-") == .standardInput)
        #expect(try BuildContextLocation.parse(".") == .path("."))
        #expect(try BuildContextLocation.parse("a@b") == .path("a@b"))
        #expect(
            try BuildContextLocation.parse("https://h.io/b.git") == .git(GitAddress("https://h.io/b.git")))
        #expect(
            try BuildContextLocation.parse("https://h.io/b.tar") == .url(WebAddress("https://h.io/b.tar")))
        #expect(
            try BuildContextLocation.parse("github.com/a/b#main:x")
                == .git(GitAddress("https://github.com/a/b.git#main:x")))
    }
}
