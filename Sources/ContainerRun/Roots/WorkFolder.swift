// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import Synchronization
import SystemPackage

/// A folder for what is made and used while one root is mounted.
///
/// It is locked as long as its process lives: whoever finds one without a lock may remove it.
final class WorkFolder: Sendable {
    let path: FilePath
    /// Unique on this machine.
    let name: String
    private let lock: Mutex<FileLock?>

    private static let prefix = "stet-"

    /// Blocks.
    ///
    /// Whoever looks for leftovers has the parent's lock, so that it does not take a folder that is about to
    /// be locked for one.
    init(in parent: FilePath) throws(ContainerError) {
        do {
            let guardian = try FileLock(on: parent, .shared)
            path = try Folder.createUnique(in: parent, prefix: WorkFolder.prefix)
            let lock = try FileLock(on: path, .exclusive)
            _ = consume guardian
            self.lock = Mutex(lock)
        } catch {
            throw .file(error)
        }
        name = path.lastComponent?.string ?? ""
    }

    deinit { try? Folder.remove(path) }

    /// Removes what dead processes have left behind.
    ///
    /// Blocks. `clean` removes what belongs to the folder of a name elsewhere; while it cannot, the folder
    /// stays for the next time.
    static func sweep(_ parent: FilePath, _ clean: (String) -> Bool) throws(FileError) {
        for name in try Folder.names(in: parent) where name.hasPrefix(prefix) {
            let path = parent.appending(name)
            guard let lock = try leftover(path, in: parent) else { continue }
            if clean(name) { try Folder.remove(path) }
            _ = consume lock
        }
    }

    /// The lock of a folder whose process is dead; nil when it lives, or when that cannot be told now.
    private static func leftover(_ path: FilePath, in parent: FilePath) throws(FileError) -> FileLock? {
        guard let guardian = try FileLock(trying: parent, .exclusive) else { return nil }
        let found = try FileLock(trying: path, .exclusive)
        _ = consume guardian
        return found
    }
}
