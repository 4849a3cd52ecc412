// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import Glibc
import SystemPackage

/// Makes the folder of a cache mount, which then is there with all of its first files.
enum CacheFilling {
    /// Held by the one who fills a cache while others, who share it, wait.
    private final class Turn: Sendable {
        private let lock: FileLock

        /// Blocks.
        init(at folder: FilePath) throws(FileError) {
            lock = try FileLock(folder.appending("lock"))
        }
    }

    /// Makes `data` unless it is there; the caller has a lock on its parent.
    ///
    /// After a throw, and after a death at any place, `data` is not there.
    static func complete(
        _ data: FilePath, _ access: Mount.Access, _ fill: ((FilePath) async throws -> Void)?
    ) async throws {
        guard try await !BlockingThread.run({ Folder.isFolder(data) }) else { return }
        let parent = data.removingLastComponent()
        let filling = parent.appending("filling")
        let turn = try await BlockingThread.run { try Turn(at: parent) }
        let isNew = try await BlockingThread.run {
            guard !Folder.isFolder(data) else { return false }
            try Folder.remove(filling)
            try make(filling, access)
            return true
        }
        guard isNew else { return }
        do {
            try await fill?(filling)
            try await BlockingThread.run { [isFilled = fill != nil] in
                // Files that a power cut empties would never come again; one call costs less than one for each.
                if isFilled { sync() }
                guard rename(filling.string, data.string) == 0 else {
                    throw FileError("rename filling to", data, Errno.current)
                }
                try Folder.sync(parent)
            }
        } catch {
            try? await BlockingThread.run { try Folder.remove(filling) }
            throw error
        }
        withExtendedLifetime(turn) {}
    }

    // MARK: Blocking

    private static func make(_ folder: FilePath, _ access: Mount.Access) throws(FileError) {
        try Folder.create(folder)
        if geteuid() == 0, chown(folder.string, access.user, access.group) != 0 {
            throw FileError("set the owner of", folder, Errno.current)
        }
        guard chmod(folder.string, access.mode) == 0 else {
            throw FileError("set the mode of", folder, Errno.current)
        }
    }
}
