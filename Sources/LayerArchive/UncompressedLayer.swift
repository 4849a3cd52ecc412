// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import OCISpec
package import SystemPackage

/// A layer's tar stream, or that of any archive, in a file without compression.
package struct UncompressedLayer: Hashable, Sendable {
    /// Under a temporary name in the folder that was given, not durable; the caller's to rename or remove.
    package let file: FilePath
    /// The sha256 of the stream: the layer's diffID.
    package let digest: Digest
    /// In bytes.
    package let size: Int64

    /// Unpacks gzip, zstd or nothing; what is inside is not looked at.
    ///
    /// Blocks. `folder` must exist; after a throw nothing is left in it.
    ///
    /// - Throws: ``LayerError/tooLarge(reason:)`` for a stream of more than `limitBytes`.
    package init(of source: FilePath, in folder: FilePath, limitBytes: Int64) throws(LayerError) {
        let stream = UncompressedStream(of: source, limitBytes: limitBytes)
        do {
            var pending = try PendingFile(in: folder)
            var size: Int64 = 0
            while let piece = stream.next() {
                try pending.write(piece)
                size += Int64(piece.count)
            }
            let unique = pending.path.lastComponent?.string.split(separator: "-").last ?? ""
            let digest = try stream.finish()
            let name = folder.appending(".tar-\(unique)")
            try pending.commit(as: name, durable: false)
            self.file = name
            self.digest = digest
            self.size = size
        } catch let error as LayerError {
            throw error
        } catch let error as FileError {
            throw .file(error)
        } catch {
            throw .archive(entry: nil, reason: "\(error)")
        }
    }
}
