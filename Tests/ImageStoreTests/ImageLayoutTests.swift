// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

@Suite struct ImageLayoutTests {
    private let temporary: ScratchFolder
    private let layout: ImageLayout

    init() throws {
        temporary = try ScratchFolder()
        layout = try ImageLayout(creating: temporary.path.appending("store"))
    }

    private func text(_ path: FilePath) throws -> String {
        String(decoding: try WholeFile.read(path), as: UTF8.self)
    }

    @Test func aNewLayoutIsWhatTheSpecificationSays() throws {
        #expect(try text(layout.folder.appending("oci-layout")) == #"{"imageLayoutVersion":"1.0.0"}"#)
        #expect(
            try text(layout.folder.appending("index.json"))
                == #"{"manifests":[],"mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}"#
        )
        #expect(Folder.isFolder(layout.folder.appending("blobs/sha256")))
    }

    @Test func openingAgainKeepsWhatIsThere() async throws {
        let root = try SampleImage.store(in: layout)
        try await layout.tag(root, as: "app:1")
        #expect(try ImageLayout(creating: layout.folder).resolve("app:1")?.digest == root.digest)
        #expect(try ImageLayout(layout.folder).resolve("app:1")?.digest == root.digest)
    }

    @Test(arguments: [
        (["notes.txt": "x"], "notes.txt"),
        (["oci-layout": #"{"imageLayoutVersion":"2.0.0"}"#], "2.0.0"),
        (["oci-layout": "nonsense"], "oci-layout"),
    ])
    func aFolderThatIsNoLayoutIsRefusedAndLeftAlone(_ files: [String: String], _ reason: String) throws {
        let other = try temporary.folder("other")
        for (name, content) in files { try temporary.file(FilePath("other/\(name)"), content) }
        let error = #expect(throws: ImageStoreError.self) { try ImageLayout(creating: other) }
        #expect("\(try #require(error))".contains(reason))
        #expect(try Folder.names(in: other) == files.keys.sorted())
    }

    @Test func aMissingLayoutIsNotMadeByOpening() throws {
        #expect(throws: ImageStoreError.self) { try ImageLayout(temporary.path.appending("missing")) }
        #expect(!Folder.isFolder(temporary.path.appending("missing")))
    }

    @Test(arguments: [DigestAlgorithm.sha256, .sha512])
    func whatIsWrittenIsReadBack(_ algorithm: DigestAlgorithm) async throws {
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let descriptor = Descriptor(
            mediaType: .octetStream, digest: Digest(of: bytes, algorithm: algorithm), size: Int64(bytes.count)
        )
        #expect(try await !layout.contains(descriptor))
        let file = try temporary.file("content", bytes: [9, 9] + bytes + [9])
        try await layout.write(descriptor, from: .file(file, offset: 2, count: Int64(bytes.count)))
        #expect(try await layout.contains(descriptor))
        #expect(try await layout.read(descriptor, limitBytes: 1 << 20) == bytes)
        #expect(try layout.source(of: descriptor).count == Int64(bytes.count))
        try await layout.verify(descriptor)
    }

    @Test func aLayerMovesInWithoutItsTemporaryName() throws {
        let writer = try LayerWriter(in: layout.temporary)
        let layer = try writer.finish()
        let descriptor = try layout.store(layer)
        #expect(try WholeFile.read(layout.path(of: descriptor.digest)).count == Int(descriptor.size))
        #expect(try Folder.names(in: layout.temporary) == [])
        let again = try layout.store(LayerWriter(in: layout.temporary).finish())
        #expect(again == descriptor)
        #expect(try Folder.names(in: layout.temporary) == [])
    }

    @Test(arguments: [[1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, 5], []] as [[UInt8]])
    func otherBytesThanThoseNamedAreRefused(_ offered: [UInt8]) async throws {
        let named = Descriptor(mediaType: .octetStream, of: [1, 2, 3, 4])
        await #expect(throws: ImageStoreError.self) { try await layout.write(named, from: .bytes(offered)) }
        await #expect(throws: ImageStoreError.self) {
            try await layout.write(named) { sink in try offered.withUnsafeBytes { try sink.append($0) } }
        }
        #expect(try await !layout.contains(named))
        #expect(try Folder.names(in: layout.temporary) == [])
    }

    @Test func aDownloadThatStartsAgainIsWhole() async throws {
        let bytes: [UInt8] = [1, 2, 3, 4]
        let named = Descriptor(mediaType: .octetStream, of: bytes)
        try await layout.write(named) { sink in
            try bytes.prefix(2).withUnsafeBytes { try sink.append($0) }
            try sink.restart()
            for byte in bytes { try [byte].withUnsafeBytes { try sink.append($0) } }
        }
        #expect(try await layout.read(named, limitBytes: 4) == bytes)
    }

    @Test func aDownloadThatFailsLeavesNothing() async throws {
        struct Broken: Error {}
        let named = Descriptor(mediaType: .octetStream, of: [1, 2])
        await #expect(throws: Broken.self) {
            try await layout.write(named) { sink in
                try [1 as UInt8].withUnsafeBytes { try sink.append($0) }
                throw Broken()
            }
        }
        #expect(try Folder.names(in: layout.temporary) == [])
    }

    @Test func aContentThatIsThereIsNotFetched() async throws {
        let named = try layout.store([1, 2], as: .octetStream)
        try await layout.write(named) { _ in Issue.record("nobody needs these bytes") }
    }

    @Test func damageIsNamedByDigest() async throws {
        let missing = Descriptor(mediaType: .octetStream, of: [7])
        #expect(throws: ImageStoreError.missing(missing.digest)) { try layout.source(of: missing) }
        let short = try layout.store([1, 2, 3], as: .octetStream)
        try WholeFile.write([1], to: layout.path(of: short.digest))
        let changed = try layout.store([4, 5, 6], as: .octetStream)
        try WholeFile.write([4, 5, 7], to: layout.path(of: changed.digest))
        for descriptor in [short, changed] {
            for check in [
                { _ = try await layout.read(descriptor, limitBytes: 10) },
                { try await layout.verify(descriptor) },
            ] as [() async throws -> Void] {
                let error = await #expect(throws: ImageStoreError.self) { try await check() }
                #expect("\(try #require(error))".contains("the store is damaged: \(descriptor.digest)"))
            }
        }
        #expect(throws: ImageStoreError.self) { try layout.source(of: short) }
    }

    @Test func aContentOfTheWrongSizeIsReplaced() async throws {
        let short = try layout.store([1, 2, 3], as: .octetStream)
        try WholeFile.write([1], to: layout.path(of: short.digest))
        try await layout.write(short, from: .bytes([1, 2, 3]))
        #expect(try await layout.read(short, limitBytes: 3) == [1, 2, 3])
    }

    @Test func memoryIsNotForLargeContents() throws {
        let large = try layout.store([UInt8](repeating: 1, count: 100), as: .octetStream)
        #expect(throws: ImageStoreError.tooLarge(large.digest, size: 100, limitBytes: 99)) {
            try layout.bytes(of: large, limitBytes: 99)
        }
    }

    @Test func whatCannotBeVerifiedIsNotStored() async throws {
        let digest = try Digest("blake3:abc")
        let named = Descriptor(mediaType: .octetStream, digest: digest, size: 1)
        await #expect(throws: ImageStoreError.unverifiable(digest)) {
            try await layout.write(named, from: .bytes([1]))
        }
    }
}
