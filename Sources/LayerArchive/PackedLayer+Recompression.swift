// SPDX-License-Identifier: Apache-2.0

import Glibc
package import OCISpec
package import SystemPackage

extension PackedLayer {
    /// Gives a layer another compression: its tar stream stays what it is, byte for byte.
    ///
    /// Blocks. After a throw nothing is left in `folder`.
    ///
    /// - Parameters:
    ///   - file: The layer; gzip, zstd or nothing.
    ///   - diffID: What the tar stream must hash to.
    ///   - folder: Where the new file will be; must exist.
    ///   - compression: Of the new file.
    /// - Returns: The layer under its new digest.
    /// - Throws: ``LayerError/differs(expected:actual:)`` for another tar stream.
    package static func recompressing(
        _ file: FilePath, expecting diffID: Digest, in folder: FilePath, as compression: LayerCompression
    ) throws(LayerError) -> PackedLayer {
        let stream = UncompressedStream(of: file, limitBytes: LayerLimits.standard.bytes)
        let pipeline = LayerPipeline(in: folder, compression: compression, isDurable: false)
        while let piece = stream.next() {
            guard pipeline.take(piece) else { break }
        }
        if let error = stream.failure() { throw error }
        let layer = try pipeline.finish()
        guard layer.diffID == diffID else {
            layer.remove()
            throw .differs(expected: diffID, actual: layer.diffID)
        }
        return layer
    }

    private func remove() { unlink(file.string) }
}
