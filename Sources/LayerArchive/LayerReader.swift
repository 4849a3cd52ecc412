// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// Reads a layer of any compression from a file, entry by entry.
///
/// Decompression and the diffID have a thread of their own; calls block. Hostile names (absolute, with `..`)
/// and anything above the limits are refused here: what comes out is safe to use as a path inside a root.
///
///     var reader = try LayerReader(file)
///     while let entry = try reader.next() { index.add(entry) }
///     let diffID = try reader.finish()
package struct LayerReader: ~Copyable {
    private var archive: ArchiveReader
    private let stream: UncompressedStream

    package init(
        _ file: FilePath, limits: LayerLimits = .standard, accepting compressions: ReadCompressions = .layers
    ) throws(LayerError) {
        let stream = UncompressedStream(of: file, limitBytes: limits.bytes, accepting: compressions)
        archive = try ArchiveReader(of: stream, limits: limits)
        self.stream = stream
    }

    /// The next entry, whose content may then be read; nil behind the last one.
    package mutating func next() throws(LayerError) -> LayerEntry? {
        try archive.next()
    }

    /// Hands out the content of the entry that ``next()`` gave last, once.
    ///
    /// `body` takes bytes and their offset in the file; holes are left out. The bytes are gone after the
    /// call.
    package func content(
        _ body: (UnsafeRawBufferPointer, _ offset: Int64) throws(LayerError) -> Void
    ) throws(LayerError) {
        try archive.content(body)
    }

    /// The content of a file of at most `limitBytes`, holes filled with zeros.
    package func bytes(limitBytes: Int) throws(LayerError) -> [UInt8] {
        try archive.bytes(limitBytes: limitBytes)
    }

    /// Reads to the end of the stream and says what its diffID is.
    package consuming func finish() throws(LayerError) -> Digest {
        try stream.finish()
    }
}
