// SPDX-License-Identifier: Apache-2.0

import Glibc
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
        LeasedFolder.sweep(parent, prefix: prefix)
        while true {
            let folder = try TemporaryFolder(in: parent, prefix: prefix)
            let made = FolderOwner(of: folder.path)
            // Where nothing can be locked nobody sweeps, and everybody has folders all the same.
            let lock = try? FileLock(on: folder.path, .exclusive)
            // Somebody may have swept it before it was locked: it looked as if its process were dead.
            guard made != nil, made == FolderOwner(of: folder.path) else { continue }
            self.folder = folder
            self.lock = Mutex(lock)
            return
        }
    }

    /// Removes the folders of processes that are dead.
    ///
    /// Only one's own are looked at. What cannot be removed now is tried again by the next one. Blocks.
    package static func sweep(_ parent: FilePath, prefix: String) {
        for name in (try? Folder.names(in: parent)) ?? [] where name.hasPrefix(prefix) {
            let path = parent.appending(name)
            guard FolderOwner(of: path)?.isUser ?? false,
                let lock = try? FileLock(trying: path, .exclusive)
            else { continue }
            try? Folder.remove(path)
            _ = consume lock
        }
    }
}

/// Which folder it is that has a name, and whose.
private struct FolderOwner: Equatable {
    private let device: UInt64
    private let inode: UInt64
    private let user: UInt32

    /// nil for anything but a folder.
    init?(of path: FilePath) {
        var status = stat()
        guard lstat(path.string, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        (device, inode, user) = (UInt64(status.st_dev), UInt64(status.st_ino), status.st_uid)
    }

    var isUser: Bool { user == geteuid() }
}
