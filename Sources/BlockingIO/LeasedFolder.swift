// SPDX-License-Identifier: Apache-2.0

import Synchronization
package import SystemPackage

/// A ``TemporaryFolder`` that is locked as long as its process lives: those of processes that were killed are
/// removed by the next one that makes a folder beside them.
package final class LeasedFolder: Sendable {
    private let folder: TemporaryFolder
    private let lock: Mutex<FileLock?>

    package var path: FilePath { folder.path }

    /// Makes `parent` where it is missing, and an empty folder of mode 0700 in it.
    ///
    /// Blocks. Nobody else makes folders with names of that prefix there.
    package init(in parent: FilePath, prefix: String) throws(FileError) {
        try Folder.create(parent)
        try LeasedFolder.sweep(parent, prefix)
        // Whoever looks for leftovers has the parent's lock: a folder that is about to be locked is none.
        let guardian = try FileLock(on: parent, .shared)
        let folder = try TemporaryFolder(in: parent, prefix: prefix)
        let lock = try FileLock(on: folder.path, .exclusive)
        _ = consume guardian
        self.folder = folder
        self.lock = Mutex(lock)
    }

    private static func sweep(_ parent: FilePath, _ prefix: String) throws(FileError) {
        for name in try Folder.names(in: parent) where name.hasPrefix(prefix) {
            let path = parent.appending(name)
            guard let lock = try leftover(path, in: parent) else { continue }
            // What cannot be removed now is tried again by the next one.
            try? Folder.remove(path)
            _ = consume lock
        }
    }

    /// The lock of a folder whose process is dead; nil when it lives, or when that cannot be told now.
    private static func leftover(_ path: FilePath, in parent: FilePath) throws(FileError) -> FileLock? {
        guard let guardian = try FileLock(trying: parent, .exclusive) else { return nil }
        do throws(FileError) {
            let found = try FileLock(trying: path, .exclusive)
            _ = consume guardian
            return found
        } catch {
            // Its process has removed it meanwhile.
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return nil
        }
    }
}
