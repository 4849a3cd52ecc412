// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageStore
import OCISpec
import Synchronization
import SystemPackage

/// The hashes of a context's files, so that only those are read again that have changed.
///
/// A hash counts while the file's ``FileStamp`` is the one that it was taken under. Functions block.
final class FileHashes: Sendable {
    private struct Known {
        let stamp: FileStamp
        let hash: ContentHash
    }

    private struct Table {
        var known: [String: Known] = [:]
        var isLoaded = false
        var hasChanged = false
    }

    /// Where they are kept; nil keeps them in memory only.
    private let file: FilePath?
    private let table = Mutex(Table())

    private static let magic = "stet file hashes 1"
    /// Above so many files it is looked whether they are still there.
    private static let limit = 50_000

    init(keptIn file: FilePath?) {
        self.file = file
    }

    /// The hash of a file's bytes as they are now.
    func hash(of path: FilePath) throws(FileError) -> ContentHash {
        let stamp = try FileStamp(path)
        if let hash = known(path, stamp) { return hash }
        let hash = try Self.read(path, expecting: stamp)
        note(hash, of: path, under: stamp)
        return hash
    }

    /// nil when the file is not known, or has changed.
    func known(_ path: FilePath, _ stamp: FileStamp) -> ContentHash? {
        table.withLock { table in
            load(&table)
            return table.known[path.string].flatMap { $0.stamp == stamp ? $0.hash : nil }
        }
    }

    /// Keeps a hash that was taken after the stamp.
    func note(_ hash: ContentHash, of path: FilePath, under stamp: FileStamp) {
        guard stamp.isSettled() else { return }
        table.withLock { table in
            load(&table)
            table.known[path.string] = Known(stamp: stamp, hash: hash)
            table.hasChanged = true
        }
    }

    /// Writes what is new; a failure costs the next build a second look at the files.
    func save() {
        guard let file else { return }
        let bytes: [UInt8]? = table.withLock { table in
            guard table.hasChanged else { return nil }
            table.hasChanged = false
            if table.known.count > Self.limit { dropOld(&table) }
            var writer = BinaryWriter()
            writer.add(Self.magic)
            for (path, known) in table.known {
                writer.add(path)
                known.stamp.write(to: &writer)
                writer.add(known.hash)
            }
            return writer.bytes
        }
        guard let bytes else { return }
        try? Folder.create(file.removingLastComponent())
        try? WholeFile.write(bytes, to: file, durable: false)
    }

    /// Forgets files that are gone or have changed: tables do not grow for ever.
    private func dropOld(_ table: inout Table) {
        table.known = table.known.filter { path, known in
            (try? FileStamp(FilePath(path))) == known.stamp
        }
    }

    private func load(_ table: inout Table) {
        guard !table.isLoaded else { return }
        table.isLoaded = true
        guard let file, let bytes = try? WholeFile.read(file, limitBytes: 1 << 30) else { return }
        var reader = BinaryReader(bytes)
        guard reader.text() == Self.magic else { return }
        while !reader.isAtEnd {
            guard let path = reader.text(), let stamp = FileStamp(&reader),
                case .some(.some(let hash)) = reader.hash()
            else { return }
            table.known[path] = Known(stamp: stamp, hash: hash)
        }
    }

    /// - Throws: `.resourceBusy` when the file changes while it is read.
    private static func read(_ path: FilePath, expecting stamp: FileStamp) throws(FileError) -> ContentHash {
        var digester = Digester()
        let source = ByteSource.file(path, offset: 0, count: stamp.size)
        try FileError.wrap("read", path) { try source.forEachPiece { digester.update($0) } }
        guard try FileStamp(path) == stamp else { throw FileError("read all of", path, .resourceBusy) }
        return ContentHash(digester)
    }
}
