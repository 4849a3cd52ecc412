// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// Goes from header to header through an uncompressed tar archive.
///
/// Knows ustar, pax and GNU's long names. Blocks.
struct TarScanner: ~Copyable {
    struct Entry {
        var name: String
        var kind: TarHeader.Kind
        var linkTarget: String
        /// Where its bytes begin in the file.
        var offset: Int64
        var size: Int64
    }

    /// Longer names and more pax records are not met outside of attacks.
    private static let attributeLimitBytes: Int64 = 1 << 20

    private let file: FilePath
    private let descriptor: FileDescriptor
    private let fileBytes: Int64
    private var position: Int64 = 0
    /// How many headers were read.
    private(set) var count = 0

    init(_ file: FilePath) throws(ImageStoreError) {
        guard let size = WholeFile.size(file) else {
            throw .file(FileError("open", file, .noSuchFileOrDirectory))
        }
        let descriptor = try ImageStoreError.file { () throws(FileError) in
            try FileError.wrap("open", file) {
                try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
            }
        }
        self.file = file
        fileBytes = size
        self.descriptor = descriptor
    }

    deinit { try? descriptor.close() }

    /// The next entry that stands for something; nil at the end.
    mutating func next() throws(ImageStoreError) -> Entry? {
        var pax: PaxRecords?
        var longName: String?
        var longTarget: String?
        while let entry = try header() {
            do {
                switch entry.kind {
                case .pax: pax = try PaxRecords(attribute(entry))
                case .globalPax:
                    guard try PaxRecords(attribute(entry)).isEmpty else {
                        throw TarHeader.Fault("a global pax header names all entries the same")
                    }
                case .longName: longName = try text(entry)
                case .longTarget: longTarget = try text(entry)
                default:
                    var entry = entry
                    entry.name = pax?.path ?? longName ?? entry.name
                    entry.linkTarget = pax?.linkTarget ?? longTarget ?? entry.linkTarget
                    entry.size = pax?.size ?? entry.size
                    try skip(entry)
                    return entry
                }
                try skip(entry)
            } catch let fault as TarHeader.Fault {
                throw bad(fault, at: entry.name)
            } catch let error as ImageStoreError {
                throw error
            } catch {
                throw .badArchive(file, reason: "\(error)")
            }
        }
        guard pax == nil, longName == nil, longTarget == nil else {
            throw .badArchive(file, reason: "it ends behind the header of an entry")
        }
        return nil
    }

    private mutating func header() throws(ImageStoreError) -> Entry? {
        guard position < fileBytes else { return nil }
        guard position > 0 || fileBytes >= TarHeader.blockBytes else {
            throw .badArchive(file, reason: "it is no tar file: it has only \(fileBytes) bytes")
        }
        let block = try read(at: position, count: TarHeader.blockBytes)
        let header: TarHeader?
        do {
            header = try TarHeader(block)
        } catch {
            guard position > 0 else { throw .badArchive(file, reason: "it is no tar file: \(error.reason)") }
            throw .badArchive(file, reason: "\(error.reason), at byte \(position)")
        }
        guard let header else { return nil }
        count += 1
        position += Int64(TarHeader.blockBytes)
        return Entry(
            name: header.name, kind: header.kind, linkTarget: header.linkTarget, offset: position,
            size: header.size)
    }

    /// Goes behind an entry's bytes and their padding.
    private mutating func skip(_ entry: Entry) throws(TarHeader.Fault) {
        switch entry.kind {
        case .hardLink, .symlink, .folder, .special:
            guard entry.size == 0 else { throw TarHeader.Fault("only files have content") }
        case .file, .pax, .globalPax, .longName, .longTarget: break
        }
        guard entry.size <= fileBytes - entry.offset else {
            throw TarHeader.Fault("it says that it has \(entry.size) bytes, more than there are")
        }
        let block = Int64(TarHeader.blockBytes)
        position = entry.offset + (entry.size + block - 1) / block * block
    }

    private func attribute(_ entry: Entry) throws -> [UInt8] {
        guard entry.size <= TarScanner.attributeLimitBytes else {
            throw TarHeader.Fault("its name or its pax header has \(entry.size) bytes")
        }
        return try read(at: entry.offset, count: Int(entry.size))
    }

    private func text(_ entry: Entry) throws -> String {
        String(decoding: try attribute(entry).prefix { $0 != 0 }, as: UTF8.self)
    }

    private func read(at offset: Int64, count: Int) throws(ImageStoreError) -> [UInt8] {
        guard Int64(count) <= fileBytes - offset else {
            throw .badArchive(file, reason: "it ends in the middle of a block")
        }
        return try ImageStoreError.file { () throws(FileError) in
            try FileError.wrap("read", file) {
                try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                    while filled < count {
                        let rest = UnsafeMutableRawBufferPointer(
                            rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
                        let length = try descriptor.read(
                            fromAbsoluteOffset: offset + Int64(filled), into: rest)
                        guard length > 0 else { throw Errno.ioError }
                        filled += length
                    }
                }
            }
        }
    }

    private func bad(_ fault: TarHeader.Fault, at name: String) -> ImageStoreError {
        .badArchive(file, reason: "entry \"\(name)\": \(fault.reason)")
    }
}
