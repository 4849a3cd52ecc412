// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CArchive
import CLinux
import Glibc
import OCISpec
import SystemPackage

/// libarchive's writer of tar streams: pax restricted, so that only what ustar cannot say gets a pax header.
///
/// Source: archive_write(3), archive_entry(3).
struct ArchiveWriter: ~Copyable {
    private let archive: WriteHandle
    /// libarchive holds an unretained pointer to it.
    private let pipeline: LayerPipeline
    private let buffer = Chunk()

    init(to pipeline: LayerPipeline) throws(LayerError) {
        let archive = try WriteHandle()
        try archive.check(archive_write_set_format_pax_restricted(archive.raw))
        try archive.check(archive_write_set_format_option(archive.raw, nil, "xattrheader", "SCHILY"))
        // 0: no padding behind the end of the archive, and no buffer of its own.
        try archive.check(archive_write_set_bytes_per_block(archive.raw, 0))
        let context = Unmanaged.passUnretained(pipeline).toOpaque()
        try archive.check(archive_write_open(archive.raw, context, nil, take, nil))
        self.archive = archive
        self.pipeline = pipeline
    }

    func write(
        _ entry: LayerEntry, _ content: LayerContent, hashing digester: inout Digester?,
        _ copied: (_ bytes: Int64) -> Void
    ) throws(LayerError) {
        let path = entry.path.string
        if let fault = entry.fault { throw .refused(entry: path, reason: fault) }
        try NameLocale.utf8.run { () throws(LayerError) in
            set(entry)
            let status = archive_write_header(archive.raw, archive.header)
            // Names of other bytes than UTF-8 are written as they are, with `hdrcharset=BINARY`, and a warning.
            if status != ARCHIVE_WARN || entry.isUTF8 { try archive.check(status, path) }
            guard case .file(let size) = entry.kind else { return }
            switch content {
            case .bytes(let bytes):
                guard bytes.count == size else {
                    throw .refused(entry: path, reason: "its content has \(bytes.count) bytes, not \(size)")
                }
                bytes.withUnsafeBytes { digester?.update($0) }
                try bytes.withUnsafeBytes { bytes in
                    Result { () throws(LayerError) in try write(bytes, path) }
                }.get()
            case .file(let file):
                let source = try OpenFile(reading: file)
                try copy(source, of: (path, size), hashing: &digester, copied)
            }
            try archive.check(archive_write_finish_entry(archive.raw), path)
        }
    }

    /// Writes the end of the archive.
    func close() throws(LayerError) {
        try NameLocale.utf8.run { () throws(LayerError) in try archive.check(archive_write_close(archive.raw))
        }
    }

    private func set(_ entry: LayerEntry) {
        let header = archive.header
        archive_entry_clear(header)
        entry.path.withPlatformString { archive_entry_copy_pathname(header, $0) }
        archive_entry_set_mode(header, entry.mode)
        archive_entry_set_uid(header, Int64(entry.uid))
        archive_entry_set_gid(header, Int64(entry.gid))
        archive_entry_set_mtime(header, Int(entry.mtime), 0)
        archive_entry_set_size(header, 0)
        archive_entry_set_filetype(header, entry.kind.fileType)
        switch entry.kind {
        case .file(let size): archive_entry_set_size(header, size)
        case .symlink(let target): target.withNameString { archive_entry_copy_symlink(header, $0) }
        case .hardLink(let target):
            target.withPlatformString { archive_entry_copy_hardlink(header, $0) }
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            archive_entry_set_rdevmajor(header, dev_t(major))
            archive_entry_set_rdevminor(header, dev_t(minor))
        case .directory, .fifo: break
        }
        for (name, value) in entry.xattrs.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            archive_entry_xattr_add_entry(header, name, value, value.count)
        }
    }

    private func copy(
        _ source: OpenFile, of entry: (name: String, size: Int64), hashing digester: inout Digester?,
        _ copied: (_ bytes: Int64) -> Void
    ) throws(LayerError) {
        let (file, size, entry) = (source.path, entry.size, entry.name)
        let status = try source.status()
        guard status.st_mode & S_IFMT == S_IFREG, Int64(status.st_size) == size else {
            throw .refused(entry: entry, reason: "\(file) changed while it was packed")
        }
        var rest = size
        while rest > 0 {
            let wanted = buffer.space.prefix(Int(min(rest, Int64(Chunk.capacity))))
            let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: wanted))
            guard count > 0 else {
                throw .refused(entry: entry, reason: "\(file) became shorter while it was packed")
            }
            digester?.update(UnsafeRawBufferPointer(rebasing: wanted[..<count]))
            try write(UnsafeRawBufferPointer(rebasing: wanted[..<count]), entry)
            rest -= Int64(count)
            copied(size - rest)
        }
        let now = try source.status()
        guard now.st_size == status.st_size, now.st_mtim.tv_sec == status.st_mtim.tv_sec,
            now.st_mtim.tv_nsec == status.st_mtim.tv_nsec
        else { throw .refused(entry: entry, reason: "\(file) changed while it was packed") }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, _ entry: String) throws(LayerError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = archive_write_data(archive.raw, rest.baseAddress, rest.count)
            guard count > 0 else { throw .archive(entry: entry, reason: archiveReason(archive.raw)) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }
}

/// An `archive_write_callback`: hands tar bytes to the pipeline.
private func take(
    _: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ bytes: UnsafeRawPointer?, _ count: Int
) -> Int {
    guard let context, let bytes else { return -1 }
    let pipeline = Unmanaged<LayerPipeline>.fromOpaque(context).takeUnretainedValue()
    return pipeline.take(UnsafeRawBufferPointer(start: bytes, count: count)) ? count : -1
}
