// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import OCISpec
import ScratchFolder
import SystemPackage
import Testing

@Suite struct RecompressionTests {
    private static let compressions: [LayerCompression] = [.gzip(level: 1), .zstd(level: 3), .none]

    private func layer(in folder: ScratchFolder, _ compression: LayerCompression) throws -> PackedLayer {
        let writer = try LayerWriter(in: folder.path, compression: compression)
        let content = [UInt8](repeating: 7, count: 600_000) + Array("end".utf8)
        try writer.append(
            LayerEntry("file", .file(size: Int64(content.count)), mode: 0o644), content: .bytes(content))
        return try writer.finish()
    }

    @Test(arguments: compressions, compressions)
    func aLayerBecomesWhatItWouldHaveBeen(from old: LayerCompression, to new: LayerCompression) throws {
        let folder = try ScratchFolder()
        let before = try layer(in: folder, old)
        let after = try PackedLayer.recompressing(
            before.file, expecting: before.diffID, in: folder.path, as: new)
        let wanted = try layer(in: folder, new)
        #expect(after.descriptor == wanted.descriptor)
        #expect(after.diffID == before.diffID && after.uncompressedSize == wanted.uncompressedSize)
        #expect(try WholeFile.read(after.file) == WholeFile.read(wanted.file))
    }

    @Test func aLayerThatIsNotWhatIsSaidIsRefusedAndLeavesNothing() throws {
        let folder = try ScratchFolder()
        let before = try layer(in: folder, .standard)
        let files = try Folder.names(in: folder.path)
        #expect(throws: LayerError.differs(expected: Digest(of: [1]), actual: before.diffID)) {
            try PackedLayer.recompressing(
                before.file, expecting: Digest(of: [1]), in: folder.path, as: .zstd(level: 3))
        }
        let bytes = try WholeFile.read(before.file)
        try WholeFile.write(Array(bytes[..<(bytes.count / 2)]), to: before.file)
        #expect(throws: LayerError.self) {
            try PackedLayer.recompressing(
                before.file, expecting: before.diffID, in: folder.path, as: .zstd(level: 3))
        }
        #expect(try Folder.names(in: folder.path) == files)
    }
}
