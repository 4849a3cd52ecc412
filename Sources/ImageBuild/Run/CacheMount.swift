// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import Glibc
import Synchronization
import SystemPackage

/// The folder of a `RUN --mount=type=cache`, for as long as a command uses it.
///
/// Source: Dockerfile reference, "RUN --mount=type=cache".
final class CacheMount: Sendable {
    let folder: FilePath
    /// It was made now, and is empty.
    let isNew: Bool
    private let lock: Mutex<FileLock?>

    private init(_ folder: FilePath, isNew: Bool, lock: consuming FileLock) {
        self.folder = folder
        self.isNew = isNew
        self.lock = Mutex(lock)
    }

    /// The cache of an identity: waits for others where it is `locked`, and takes another one while others have
    /// it where it is `private`.
    static func open(
        _ identity: String, _ sharing: Mount.Sharing, _ access: Mount.Access, in parent: FilePath
    ) async throws -> CacheMount {
        let name = ContentHash(of: Array(identity.utf8)).hexadecimal
        let first = parent.appending(name)
        return try await BlockingThread.run {
            switch sharing {
            case .shared:
                return try make(first, access) { (path) throws(FileError) in try FileLock(on: path, .shared) }
            case .locked:
                return try make(first, access) { (path) throws(FileError) in
                    try FileLock(on: path, .exclusive)
                }
            case .private:
                for number in 0..<1000 {
                    let folder = number == 0 ? first : parent.appending("\(name)-\(number)")
                    if let mount = try tryMake(folder, access) { return mount }
                }
                throw Problem("a thousand builds use the cache '\(identity)' at this moment")
            }
        }
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

    private static func make(
        _ folder: FilePath, _ access: Mount.Access, _ lock: (FilePath) throws(FileError) -> FileLock
    ) throws -> CacheMount {
        let isNew = try prepare(folder, access)
        return CacheMount(folder.appending("data"), isNew: isNew, lock: try lock(folder))
    }

    private static func tryMake(_ folder: FilePath, _ access: Mount.Access) throws -> CacheMount? {
        let isNew = try prepare(folder, access)
        guard let lock = try FileLock(trying: folder, .exclusive) else { return nil }
        return CacheMount(folder.appending("data"), isNew: isNew, lock: lock)
    }

    /// - Returns: true when the folder was made.
    private static func prepare(_ folder: FilePath, _ access: Mount.Access) throws(FileError) -> Bool {
        let data = folder.appending("data")
        guard !Folder.isFolder(data) else { return false }
        try Folder.create(folder)
        guard mkdir(data.string, 0o755) == 0 else {
            if Errno.current == .fileExists { return false }
            throw FileError("make folder", data, Errno.current)
        }
        if geteuid() == 0, chown(data.string, access.user, access.group) != 0 {
            throw FileError("set the owner of", data, Errno.current)
        }
        guard chmod(data.string, access.mode) == 0 else {
            throw FileError("set the mode of", data, Errno.current)
        }
        return true
    }
}
