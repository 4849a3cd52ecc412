// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import OCISpec
import SystemPackage

extension LayerAccess {
    /// What is in a file that `ADD` unpacks; nil for one that is no tar archive.
    ///
    /// What an archive of this machine has is remembered by its hash: it is not read again before a layer needs
    /// its files. Otherwise they are written to files of the build while it is read. Blocks.
    ///
    /// - Throws: For an archive that is damaged behind its first entry, or hostile.
    func archive(
        _ content: FileTree.Content, _ stamp: FileStamp?, named name: String
    ) throws -> UnpackedArchive? {
        guard case .host(let path, _) = content, session.isOn else {
            return try spooled(content, named: name).map { UnpackedArchive(name: name, entries: $0.entries) }
        }
        let now = try FileStamp(path)
        let hash = try stamp.flatMap { hashes.known(path, $0) } ?? hashes.hash(of: path)
        let archive = catalog.add(archive: path, hash)
        if let index = catalog.known(archive) {
            return UnpackedArchive(name: name, entries: UnpackedArchive.entries(index, of: archive))
        }
        guard let spooled = try spooled(content, named: name) else { return nil }
        // What was read is what was hashed.
        if now.isSettled(), try FileStamp(path) == now, spooled.index.hasUniqueFiles {
            catalog.note(spooled.index, of: archive)
        }
        return UnpackedArchive(name: name, entries: spooled.entries)
    }

    private func spooled(
        _ content: FileTree.Content, named name: String
    ) throws -> (entries: [UnpackedArchive.Entry], index: LayerIndex)? {
        let folder = try SpooledFile.makeFolder(in: scratch)
        return try UnpackedArchive.read(try file(of: content, in: folder), into: folder)
    }
}

extension LayerIndex {
    /// No two files have one path: a path then says which bytes are meant.
    fileprivate var hasUniqueFiles: Bool {
        var seen: Set<FilePath> = []
        return zip(entries, hashes).allSatisfy { entry, hash in
            hash == nil || seen.insert(entry.path).inserted
        }
    }
}
