// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import DockerfileSyntax
import Glibc
import Synchronization
package import SystemPackage

/// The folder of a `RUN --mount=type=cache`, for as long as a command uses it.
///
/// A cache has a folder, which is what users lock, and in it `data`, which is what a command sees. `data` is there
/// whole or not at all: a process that dies while it fills one leaves `filling`, which the next one removes.
///
/// Source: Dockerfile reference, "RUN --mount=type=cache".
package final class CacheMount: Sendable {
    /// What the command sees.
    package let folder: FilePath
    private let lock: Mutex<FileLock?>

    private init(_ folder: FilePath, lock: consuming FileLock) {
        self.folder = folder.appending("data")
        self.lock = Mutex(lock)
    }

    /// The cache of an identity: waits for others where it is `locked`, and takes another one while others have
    /// it where it is `private`.
    ///
    /// - Parameters:
    ///   - identity: The same text for the same cache.
    ///   - sharing: Who may use it at the same time.
    ///   - access: Owner and mode of a new one.
    ///   - parent: The folder of all caches.
    ///   - fill: Puts the first files into the folder that it is given; only a new cache has any.
    /// - Returns: The cache, which is the caller's as long as the value lives.
    /// - Throws: What `fill` throws; the next one fills the cache then.
    package static func open(
        _ identity: String, _ sharing: Mount.Sharing, _ access: Mount.Access, in parent: FilePath,
        fill: ((FilePath) async throws -> Void)? = nil
    ) async throws -> CacheMount {
        let name = ContentHash(of: Array(identity.utf8)).hexadecimal
        let first = parent.appending(name)
        let mount = try await BlockingThread.run {
            switch sharing {
            case .shared: return try wait(for: first, .shared)
            case .locked: return try wait(for: first, .exclusive)
            case .private:
                for number in 0..<1000 {
                    let folder = number == 0 ? first : parent.appending("\(name)-\(number)")
                    if let mount = try take(folder) { return mount }
                }
                throw Problem("a thousand builds use the cache '\(identity)' at this moment")
            }
        }
        try await CacheFilling.complete(mount.folder, access, fill)
        return mount
    }

    /// Removes those that nobody uses; `isDry` only looks.
    ///
    /// Blocks.
    ///
    /// - Returns: What they took of the disk.
    static func removeUnused(in parent: FilePath, isDry: Bool) throws(FileError) -> Int64 {
        guard Folder.isFolder(parent) else { return 0 }
        var bytes: Int64 = 0
        for name in try Folder.components(in: parent) {
            let folder = parent.appending(name)
            guard let lock = try FileLock(trying: folder, .exclusive) else { continue }
            bytes += Folder.diskUsage(of: folder)
            if !isDry { try Folder.remove(folder) }
            _ = consume lock
        }
        return bytes
    }

    // MARK: Blocking

    private static func wait(for folder: FilePath, _ mode: FileLock.Mode) throws(FileError) -> CacheMount {
        while true {
            try Folder.create(folder)
            let inode = inode(of: folder)
            do {
                let lock = try FileLock(on: folder, mode)
                // Somebody may have removed it as unused, and somebody else made it again.
                if inode != nil, inode == self.inode(of: folder) { return CacheMount(folder, lock: lock) }
            } catch  where error.errno == .noSuchFileOrDirectory {
                continue
            }
        }
    }

    private static func inode(of folder: FilePath) -> ino_t? {
        var status = stat()
        return stat(folder.string, &status) == 0 ? status.st_ino : nil
    }

    /// - Returns: nil when others use it.
    private static func take(_ folder: FilePath) throws(FileError) -> CacheMount? {
        try Folder.create(folder)
        guard let lock = try FileLock(trying: folder, .exclusive) else { return nil }
        return CacheMount(folder, lock: lock)
    }
}
