// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

/// What skopeo and tar make of our archives, and we of skopeo's.
@Suite struct ArchivePeerTests {
    private let temporary: ScratchFolder
    private let layout: ImageLayout
    private let file: FilePath

    init() throws {
        temporary = try ScratchFolder()
        layout = try ImageLayout(creating: temporary.path.appending("store"))
        file = temporary.path.appending("image.tar")
    }

    private func config(of image: Descriptor, in reader: any BlobReader) async throws -> Digest {
        let bytes = try await reader.read(image, limitBytes: 1 << 20)
        return try Manifest(bytes, mediaType: image.mediaType).children[0].digest
    }

    /// What stays the same when skopeo makes an OCI configuration of Docker's.
    private func diffIDs(of image: Descriptor, in layout: ImageLayout) throws -> [Digest] {
        let manifest = try Manifest(layout.bytes(of: image, limitBytes: 1 << 20), mediaType: image.mediaType)
        let config = try layout.bytes(of: manifest.children[0], limitBytes: 1 << 20)
        return try JSONDocument.decode(ImageConfig.self, from: config, noun: "config").rootfs.diffIDs
    }

    @Test(arguments: [("oci-archive", "1.0"), ("docker-archive", "team/app:1.0")])
    func skopeoReadsOurs(_ transport: String, _ name: String) async throws {
        let format = try #require(ImageArchive.Format(rawValue: transport))
        let image = try SampleImage.store(in: layout, text: "from stet")
        try await ImageArchive.write(
            .init(names: [name], descriptor: image), from: layout, as: format, to: file)
        try Program.run(
            "skopeo copy -q \(transport):\(file):\(name) oci:\(temporary.path)/copy:x", in: temporary)
        let copy = try ImageLayout(temporary.path.appending("copy"))
        let root = try #require(try copy.resolve("x"))
        #expect(try diffIDs(of: root, in: copy) == diffIDs(of: image, in: layout))
        #expect(try await copy.check().isEmpty)
        if format == .oci { #expect(root.digest == image.digest) }
    }

    @Test(arguments: [("oci-archive", "1.0"), ("docker-archive", "team/app:1.0")])
    func weReadSkopeos(_ transport: String, _ name: String) async throws {
        let format = try #require(ImageArchive.Format(rawValue: transport))
        let image = try SampleImage.store(in: layout, text: "from skopeo")
        try await layout.tag(image, as: "x")
        try Program.run("skopeo copy -q oci:\(layout.folder):x \(transport):\(file):\(name)", in: temporary)
        for compression in ["", "gzip -k", "zstd -q --rm"] {
            if !compression.isEmpty { try Program.run("\(compression) \(file)", in: temporary) }
            let suffix = compression.isEmpty ? "" : compression.hasPrefix("gzip") ? ".gz" : ".zst"
            let packed = FilePath("\(file)\(suffix)")
            let archive = try await ImageArchive.open(packed, as: format, scratch: temporary.path)
            let root = try archive.resolve(name)
            let copy = try ImageLayout(creating: temporary.path.appending("copy\(suffix)"))
            try await copyGraph([root], from: archive, to: copy)
            try await copy.tag(root, as: "x")
            #expect(try await config(of: root, in: copy) == config(of: image, in: layout))
            #expect(try await copy.check().isEmpty)
        }
    }

    @Test func tarUnpacksALayoutArchiveToALayout() async throws {
        let image = try SampleImage.store(in: layout)
        try await ImageArchive.write(
            .init(names: ["app:1"], descriptor: image), from: layout, as: .oci, to: file)
        try Program.run("mkdir \(temporary.path)/t && tar -C \(temporary.path)/t -xf \(file)", in: temporary)
        let unpacked = try ImageLayout(temporary.path.appending("t"))
        #expect(try unpacked.resolve("app:1")?.digest == image.digest)
        #expect(try await unpacked.check().isEmpty)
    }

    @Test func aLayoutThatTarPackedIsRead() async throws {
        let image = try SampleImage.store(in: layout)
        try await layout.tag(image, as: "app:1")
        for format in ["gnu", "pax", "ustar"] {
            try Program.run("tar -C \(layout.folder) --format \(format) -cf \(file) .", in: temporary)
            let archive = try await ImageArchive.open(file, as: .oci)
            #expect(try archive.resolve("app:1").digest == image.digest)
            #expect(try await config(of: image, in: archive) == config(of: image, in: layout))
        }
    }
}
