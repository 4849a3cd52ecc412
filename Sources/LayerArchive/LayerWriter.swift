// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// Writes a layer in one pass: entries to a tar stream, its diffID, the compressor, the digest, a file.
///
/// The tar stream is made on the caller's thread, which blocks; hashing, compression and the file have
/// threads of their own. Memory is bounded by a few megabytes whatever the entries hold. The same entries in
/// the same order give the same bytes on any machine.
///
///     var writer = try LayerWriter(in: folder)
///     try writer.append(LayerEntry("etc/motd", .file(size: 3), mode: 0o644), content: .bytes(bytes))
///     let layer = try writer.finish()
package struct LayerWriter: ~Copyable {
    private let archive: ArchiveWriter
    private let pipeline: LayerPipeline

    /// Starts a layer whose finished file will be in `folder`, which must exist.
    ///
    /// With `isDurable` the bytes are safe before the file has a name, so that it has its temporary one for a moment
    /// only.
    package init(
        in folder: FilePath, compression: LayerCompression = .standard, isDurable: Bool = false
    ) throws(LayerError) {
        let pipeline = LayerPipeline(in: folder, compression: compression, isDurable: isDurable)
        archive = try ArchiveWriter(to: pipeline)
        self.pipeline = pipeline
    }

    /// Adds an entry behind the others.
    ///
    /// The order is the caller's: parents before children, a hard link's target before the link. `content` is
    /// of no use for other kinds than files. Content that is not as long as the entry says, a name that is
    /// not UTF-8 and a full disk are errors; the writer is then of no further use.
    package func append(_ entry: LayerEntry, content: LayerContent = .bytes([])) throws(LayerError) {
        var digester: Digester?
        try append(entry, content: content, hashing: &digester)
    }

    /// The same, with the content of a file put into `digester` on its way: nobody has to read it twice.
    ///
    /// `copied` hears how many bytes of a file have been read so far.
    package func append(
        _ entry: LayerEntry, content: LayerContent, hashing digester: inout Digester?,
        copied: (_ bytes: Int64) -> Void = { _ in }
    ) throws(LayerError) {
        do {
            try archive.write(entry, content, hashing: &digester, copied)
        } catch {
            throw pipeline.failure() ?? error
        }
    }

    /// Ends the tar stream and waits for the file.
    ///
    /// A writer that goes away without this leaves no file.
    package consuming func finish() throws(LayerError) -> PackedLayer {
        do {
            try archive.close()
        } catch {
            throw pipeline.failure() ?? error
        }
        return try pipeline.finish()
    }
}
