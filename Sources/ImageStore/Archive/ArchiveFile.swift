// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import SystemPackage

/// The files of a tar archive, compressed or not.
///
/// A compressed archive is unpacked into a temporary file first, which lives as long as this value.
struct ArchiveFile: Sendable {
    /// For messages.
    let path: FilePath
    let limits: ArchiveLimits
    private let index: TarIndex
    private let expansion: LeasedFolder?

    /// Blocks.
    init(_ path: FilePath, limits: ArchiveLimits, scratch: FilePath) throws(ImageStoreError) {
        self.path = path
        self.limits = limits
        let whole = try ImageStoreError.file { () throws(FileError) in
            try ByteSource.file(path, offset: 0, count: min(WholeFile.size(path) ?? 0, 4)).readAll()
        }
        guard Compression(whole) != nil else {
            expansion = nil
            index = try TarIndex(path, limits: limits)
            return
        }
        let folder = try ImageStoreError.file { () throws(FileError) in
            try LeasedFolder(in: scratch, prefix: ArchiveDraft.prefix)
        }
        do {
            let tar = try UncompressedLayer(of: path, in: folder.path, limitBytes: limits.expandedBytes)
            index = try TarIndex(tar.file, limits: limits)
        } catch let error as LayerError {
            throw .badArchive(path, reason: "\(error)")
        } catch let error as ImageStoreError {
            guard case .badArchive(_, let reason) = error else { throw error }
            throw .badArchive(path, reason: reason)
        } catch {
            throw .badArchive(path, reason: "\(error)")
        }
        expansion = folder
    }

    /// A file by its name; nil when there is none.
    func source(of name: String) -> ByteSource? { index.source(of: name) }

    func names(under folder: String) -> [String] { index.names(under: folder) }

    /// A file that must be there.
    func required(_ name: String) throws(ImageStoreError) -> ByteSource {
        guard let source = source(of: name) else { throw .badArchive(path, reason: "it has no \(name)") }
        return source
    }

    /// A small file in memory.
    func document(_ name: String) throws(ImageStoreError) -> [UInt8] {
        let source = try required(name)
        guard source.count <= limits.documentBytes else {
            throw .badArchive(path, reason: "\(name) has \(source.count) bytes")
        }
        return try ImageStoreError.file { () throws(FileError) in try source.readAll() }
    }
}

/// What the first bytes of a file say about how it is compressed.
enum Compression {
    case gzip, zstd

    /// nil for everything else.
    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstd
        } else {
            return nil
        }
    }
}
