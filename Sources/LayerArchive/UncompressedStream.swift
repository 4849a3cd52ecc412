// SPDX-License-Identifier: Apache-2.0

import CArchive
import OCISpec
import SystemPackage

/// A layer's tar stream out of its compressed file: a thread decompresses and hashes, libarchive's tar reader
/// takes the pieces.
///
/// libarchive's filters hide the stream that the diffID is about. So one reader only decompresses (the `raw`
/// format), and a second one gets what comes out.
final class UncompressedStream {
    private let channel: Channel<Chunk>
    private let thread: WorkerThread<Digest>
    /// What the tar reader is at work on.
    private var current: Chunk?
    private var hasEnded = false

    init(of file: FilePath, limitBytes: Int64, accepting compressions: ReadCompressions = .layers) {
        let channel = Channel<Chunk>(capacity: 8)
        self.channel = channel
        thread = WorkerThread { () throws(LayerError) in
            defer { channel.close() }
            return try NameLocale.bytes.run { () throws(LayerError) in
                try UncompressedStream.decompress(
                    file, limitBytes: limitBytes, accepting: compressions, to: channel)
            }
        }
    }

    deinit {
        channel.cancel()
        _ = thread.join()
    }

    /// The next piece, which lives until the next call; nil at the end, and after a failure.
    func next() -> UnsafeRawBufferPointer? {
        current = channel.receive()
        hasEnded = current == nil
        return current?.bytes
    }

    /// What ended the stream before its end; nil while it goes on.
    func failure() -> LayerError? {
        guard hasEnded, case .failure(let error) = thread.join() else { return nil }
        return error
    }

    /// Drains the stream.
    ///
    /// - Returns: The digest of all of it.
    func finish() throws(LayerError) -> Digest {
        while next() != nil {}
        return try thread.join().get()
    }

    private static func decompress(
        _ file: FilePath, limitBytes: Int64, accepting compressions: ReadCompressions,
        to channel: Channel<Chunk>
    ) throws(LayerError) -> Digest {
        let archive = try ReadHandle()
        try archive.check(archive_read_support_format_raw(archive.raw))
        try archive.check(archive_read_support_format_empty(archive.raw))
        try archive.check(archive_read_support_filter_gzip(archive.raw))
        try archive.check(archive_read_support_filter_zstd(archive.raw))
        try archive.check(archive_read_support_filter_xz(archive.raw))
        if compressions == .archives {
            try archive.check(archive_read_support_filter_bzip2(archive.raw))
        }
        let source = try OpenFile(reading: file, followsLink: true)
        try archive.check(archive_read_open_fd(archive.raw, source.raw, Chunk.capacity))
        var digester = Digester()
        var header: OpaquePointer?
        guard try archive.check(archive_read_next_header(archive.raw, &header)) == ARCHIVE_OK else {
            return digester.digest()
        }
        while true {
            let chunk = Chunk()
            while !chunk.isFull {
                let space = chunk.space
                let count = archive_read_data(archive.raw, space.baseAddress, space.count)
                guard count >= 0 else { throw .archive(entry: nil, reason: archiveReason(archive.raw)) }
                if count == 0 { break }
                chunk.advance(by: count)
            }
            guard chunk.count > 0 else { return digester.digest() }
            digester.update(chunk.bytes)
            guard digester.count <= limitBytes else {
                throw .tooLarge(reason: "it unpacks to more than \(limitBytes) bytes")
            }
            guard channel.send(chunk) else { return digester.digest() }
        }
    }
}
