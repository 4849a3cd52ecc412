// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

/// Archives that somebody made to hurt, and odd ones that are sound.
@Suite struct HostileArchiveTests {
    private let temporary: ScratchFolder

    private static let marker = #"{"imageLayoutVersion":"1.0.0"}"#
    private static let index = #"{"schemaVersion":2,"manifests":[]}"#
    private static let empty = TestTar().adding("oci-layout", text: marker).adding("index.json", text: index)

    init() throws {
        temporary = try ScratchFolder()
    }

    private func open(
        _ bytes: [UInt8], as format: ImageArchive.Format = .oci, limits: ArchiveLimits = ArchiveLimits()
    ) async throws -> ImageArchive {
        let file = try temporary.file("archive.tar", bytes: bytes)
        return try await ImageArchive.open(file, as: format, limits: limits, scratch: temporary.path)
    }

    struct Example: Sendable, CustomTestStringConvertible {
        let tar: [UInt8]
        /// What the error must name, or why it is read.
        let reason: String
        var testDescription: String { reason }
    }

    static let hostile: [Example] = [
        Example(tar: empty.adding("../evil").closed, reason: #"entry "../evil": the name leads out"#),
        Example(tar: empty.adding("a/../../evil").closed, reason: "the name leads out"),
        Example(tar: empty.adding("a/../b").closed, reason: "the name leads out"),
        Example(tar: empty.adding("/etc/passwd").closed, reason: #"entry "/etc/passwd""#),
        Example(
            tar: empty.adding(pax: ["path": "../evil"]).adding("good").closed, reason: #"entry "../evil""#),
        Example(
            tar: empty.adding("x", Array("../evil\0".utf8), type: "L").adding("good").closed,
            reason: #"entry "../evil""#),
        Example(tar: empty.adding("l", type: "2", link: "/etc/passwd").closed, reason: "links to"),
        Example(tar: empty.adding("a/l", type: "2", link: "../../x").closed, reason: "out of the archive"),
        Example(tar: empty.adding("l", type: "1", link: "../x").closed, reason: "out of the archive"),
        Example(tar: empty.adding("index.json", text: index).closed, reason: "two entries of this name"),
        Example(tar: empty.adding("./index.json", text: index).closed, reason: "two entries of this name"),
        Example(tar: empty.adding("f", [1], size: 1 << 30).closed, reason: "1073741824 bytes"),
        Example(
            tar: empty.adding(pax: ["size": "9223372036854775807"]).adding("f", [1]).closed,
            reason: "9223372036854775807"),
        Example(tar: empty.adding(pax: ["size": "-1"]).adding("f", [1]).closed, reason: #"the size "-1""#),
        Example(tar: empty.adding("d", type: "5", size: 512).closed, reason: "only files have content"),
        Example(
            tar: empty.adding(pax: ["GNU.sparse.major": "1"]).adding("f").closed, reason: "sparse"),
        Example(
            tar: empty.adding(pax: ["path": "x"], type: "g").adding("f").closed, reason: "global pax header"),
        Example(tar: empty.adding(pax: ["path": "x"]).closed, reason: "behind the header of an entry"),
        Example(
            tar: empty.adding("pax", Array("99 path=x\n".utf8), type: "x").adding("f").closed,
            reason: "malformed"),
        Example(tar: empty.adding("f", type: "S").closed, reason: "unknown type"),
        Example(tar: Array(empty.closed.dropFirst()), reason: "checksum"),
        Example(tar: empty.bytes + [1, 2, 3], reason: "in the middle of a block"),
        Example(
            tar: Array("this is no archive at all".utf8), reason: "it is no tar file: it has only 25 bytes"),
        Example(tar: Array(repeating: 0x41, count: 600), reason: "it is no tar file: "),
        Example(tar: [], reason: "no oci-layout"),
        Example(tar: TestTar().adding("oci-layout", text: marker).closed, reason: "no index.json"),
        Example(
            tar: TestTar().adding("oci-layout", text: #"{"imageLayoutVersion":"9"}"#)
                .adding("index.json", text: index).closed, reason: "only 1.0.0 is supported"),
        Example(
            tar: TestTar().adding("oci-layout", text: marker).adding("index.json", text: "{}").closed,
            reason: "schemaVersion"),
        Example(
            tar: TestTar().adding("oci-layout", text: marker)
                .adding("index.json", type: "2", link: "other").adding("other", type: "2", link: "index.json")
                .closed, reason: "no index.json"),
    ]

    @Test(arguments: hostile)
    func aHostileArchiveIsRefusedWithItsReason(_ example: Example) async throws {
        let error = await #expect(throws: ImageStoreError.self) { try await open(example.tar) }
        #expect("\(try #require(error))".contains(example.reason), "\(error.map { "\($0)" } ?? "")")
        #expect("\(try #require(error))".contains("archive.tar is not an image archive"))
        #expect(try Folder.names(in: temporary.path) == ["archive.tar"])
    }

    static let sound: [Example] = [
        Example(tar: empty.closed, reason: "the simplest"),
        Example(tar: empty.bytes, reason: "without the blocks of the end"),
        Example(tar: empty.closed + [1, 2, 3], reason: "something behind the end"),
        Example(
            tar: empty.adding("dev/null", type: "3").adding("d/", type: "5").adding("d/", type: "5").closed,
            reason: "devices and folders are not looked at"),
        Example(
            tar: TestTar().adding("./oci-layout", text: marker).adding("./index.json", text: index).closed,
            reason: "names as tar -C folder . writes them"),
        Example(
            tar: empty.adding(pax: ["comment": "git"], type: "g").adding(pax: ["mtime": "1.5"]).adding("f")
                .closed, reason: "pax headers that do not matter"),
        Example(
            tar: TestTar().adding("oci-layout", text: marker).adding("real/index", text: index)
                .adding("index.json", type: "2", link: "real/../real/index").closed,
            reason: "a symbolic link inside"),
        Example(
            tar: TestTar().adding("oci-layout", text: marker).adding("a", text: index)
                .adding("index.json", type: "1", link: "a").closed, reason: "a hard link"),
        Example(
            tar: TestTar().adding(pax: ["path": "oci-layout"]).adding("x", text: marker)
                .adding("x", Array("index.json\0".utf8), type: "L").adding("y", text: index).closed,
            reason: "names from headers before the entry"),
    ]

    @Test(arguments: sound)
    func oddButSoundArchivesAreRead(_ example: Example) async throws {
        #expect(try await open(example.tar).images.isEmpty)
    }

    @Test func entriesAndDocumentsAreLimited() async throws {
        let many = (0..<20).reduce(Self.empty) { $0.adding("f\($1)") }.closed
        await #expect(throws: ImageStoreError.self) {
            try await open(many, limits: ArchiveLimits(entries: 10))
        }
        #expect(try await open(many, limits: ArchiveLimits(entries: 22)).images.isEmpty)
        await #expect(throws: ImageStoreError.self) {
            try await open(many, limits: ArchiveLimits(documentBytes: 10))
        }
    }

    @Test func aCompressedArchiveIsReadAndABombIsNot() async throws {
        let zeros = [UInt8](repeating: 0, count: 8 << 20)
        let tar = Self.empty.adding("zeros", zeros).closed
        let packed = try gzip(tar)
        #expect(packed.count < 1 << 20)
        #expect(try await open(packed).images.isEmpty)
        let error = await #expect(throws: ImageStoreError.self) {
            try await open(packed, limits: ArchiveLimits(expandedBytes: 1 << 20))
        }
        #expect("\(try #require(error))".contains("1048576"))
        #expect(try Folder.names(in: temporary.path) == ["archive.tar"])
    }

    @Test func aContentThatIsNotWhatItsNameSaysIsNotRead() async throws {
        let manifest = Descriptor(mediaType: .ociManifest, of: Array("right".utf8))
        let tar = Self.empty.adding("blobs/sha256/\(manifest.digest.encoded)", text: "wrong").closed
        let archive = try await open(tar)
        await #expect(throws: ImageStoreError.self) { try await archive.read(manifest, limitBytes: 100) }
        let layout = try ImageLayout(creating: temporary.path.appending("layout"))
        await #expect(throws: ImageStoreError.self) {
            try await copyGraph([manifest], from: archive, to: layout)
        }
        #expect(!layout.has(manifest))
        let longer = Descriptor(mediaType: .ociManifest, digest: manifest.digest, size: 6)
        #expect(throws: ImageStoreError.self) { try archive.source(of: longer) }
        let other = Descriptor(mediaType: .ociManifest, of: [1])
        #expect(throws: ImageStoreError.self) { try archive.source(of: other) }
    }

    private static let config =
        #"{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["\#(Digest(of: [1]))"]}}"#

    @Test(arguments: [
        (#"[{"Config":"c.json","Layers":["missing.tar"]}]"#, "no missing.tar"),
        (#"[{"Config":"c.json","Layers":["wrong.tar"]}]"#, "wrong.tar has the diffID"),
        (#"[{"Config":"c.json","Layers":[]}]"#, "lists 1 layers"),
        (#"[{"Config":"none.json","Layers":[]}]"#, "no none.json"),
        (#"[{"Config":"wrong.tar","Layers":[]}]"#, "wrong.tar"),
        (#"[{"Layers":[]}]"#, "Config"),
        ("{}", "manifest.json"),
    ])
    func aSavedImageThatDoesNotFitIsRefused(_ manifest: String, _ reason: String) async throws {
        let tar = TestTar().adding("c.json", text: Self.config).adding("wrong.tar", [2])
        let error = await #expect(throws: ImageStoreError.self) {
            try await open(tar.adding("manifest.json", text: manifest).closed, as: .docker)
        }
        #expect("\(try #require(error))".contains(reason), "\(error.map { "\($0)" } ?? "")")
        await #expect(throws: ImageStoreError.self) { try await open(tar.closed, as: .docker) }
    }

    private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        try Program.run("gzip -c", in: temporary, input: bytes)
    }
}
