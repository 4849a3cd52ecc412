// SPDX-License-Identifier: Apache-2.0

import CArchive
import Glibc
import SystemPackage

/// libarchive's reader of tar streams, with limits and without hostile names.
struct ArchiveReader: ~Copyable {
    private struct Progress {
        var entries = 0
        /// The sum of the sizes that entries gave.
        var bytes: Int64 = 0
        /// Whose content is read next, and how long it says it is.
        var entry = ""
        var size: Int64 = 0
    }

    private let archive: ReadHandle
    /// libarchive holds an unretained pointer to it.
    private let stream: UncompressedStream
    private let limits: LayerLimits
    private var progress = Progress()

    init(of stream: UncompressedStream, limits: LayerLimits) throws(LayerError) {
        let archive = try ReadHandle()
        try archive.check(archive_read_support_format_tar(archive.raw))
        try archive.check(archive_read_support_format_empty(archive.raw))
        let context = Unmanaged.passUnretained(stream).toOpaque()
        let status = archive_read_open(archive.raw, context, nil, readPiece, nil)
        guard status >= ARCHIVE_WARN else {
            throw stream.failure() ?? .archive(entry: nil, reason: archiveReason(archive.raw))
        }
        self.archive = archive
        self.stream = stream
        self.limits = limits
    }

    mutating func next() throws(LayerError) -> LayerEntry? {
        guard let entry = try readHeader() else { return nil }
        let path = entry.path.string
        if let fault = entry.fault { throw .refused(entry: path, reason: fault) }
        progress.entries += 1
        guard progress.entries <= limits.entries else {
            throw .tooLarge(reason: "it has more than \(limits.entries) entries")
        }
        progress.entry = path
        progress.size = 0
        if case .file(let size) = entry.kind {
            progress.size = size
            guard size <= limits.bytes - progress.bytes else {
                throw .tooLarge(reason: "its files have more than \(limits.bytes) bytes, at \"\(path)\"")
            }
            progress.bytes += size
        }
        return entry
    }

    func content(
        _ body: (UnsafeRawBufferPointer, _ offset: Int64) throws(LayerError) -> Void
    ) throws(LayerError) {
        var bytes: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        while true {
            let status = archive_read_data_block(archive.raw, &bytes, &count, &offset)
            if status == ARCHIVE_EOF { return }
            guard status == ARCHIVE_OK else { throw failure(in: progress.entry) }
            guard offset >= 0, Int64(count) <= progress.size - offset else {
                throw .refused(
                    entry: progress.entry,
                    reason: "it has more than the \(progress.size) bytes that it declares")
            }
            if count > 0 { try body(UnsafeRawBufferPointer(start: bytes, count: count), offset) }
        }
    }

    func bytes(limitBytes: Int) throws(LayerError) -> [UInt8] {
        guard progress.size <= limitBytes else {
            throw .tooLarge(
                reason: "\"\(progress.entry)\" has \(progress.size) bytes, more than \(limitBytes)")
        }
        var content = [UInt8](repeating: 0, count: Int(progress.size))
        try self.content { bytes, offset throws(LayerError) in
            content.replaceSubrange(Int(offset)..<Int(offset) + bytes.count, with: bytes)
        }
        return content
    }

    private func readHeader() throws(LayerError) -> LayerEntry? {
        try NameLocale.bytes.run { () throws(LayerError) in
            var header: OpaquePointer?
            let status = archive_read_next_header(archive.raw, &header)
            if status == ARCHIVE_EOF { return nil }
            guard status >= ARCHIVE_WARN, let header else { throw failure(in: nil) }
            return try LayerEntry(header)
        }
    }

    /// A fault of the compressed stream explains one of the tar stream.
    private func failure(in entry: String?) -> LayerError {
        stream.failure() ?? .archive(entry: entry, reason: archiveReason(archive.raw))
    }
}

/// An `archive_read_callback`: gives the next piece of the tar stream, 0 at its end.
private func readPiece(
    _: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> Int {
    guard let context else { return -1 }
    let stream = Unmanaged<UncompressedStream>.fromOpaque(context).takeUnretainedValue()
    guard let piece = stream.next() else { return stream.failure() == nil ? 0 : -1 }
    bytes?.pointee = piece.baseAddress
    return piece.count
}
