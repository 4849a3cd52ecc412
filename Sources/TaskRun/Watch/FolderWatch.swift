// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import Glibc
package import SystemPackage

/// Waits for changes in a folder and all that is in it.
///
/// `.git` is not looked at: every git command changes it. Links are not followed.
///
/// Source: inotify(7).
package final class FolderWatch: Sendable {
    private let events: Int32
    /// Written to when nobody waits any more.
    private let wake: (read: Int32, write: Int32)
    private let folder: FilePath

    private static let mask = UInt32(
        IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF)

    /// From here on nothing is missed.
    ///
    /// Blocks.
    package init(_ folder: FilePath) throws(FileError) {
        self.folder = folder
        events = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard events >= 0 else { throw FileError("watch", folder, .current) }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            let errno = Errno.current
            close(events)
            throw FileError("watch", folder, errno)
        }
        wake = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        try add(folder)
    }

    deinit {
        for descriptor in [events, wake.read, wake.write] { close(descriptor) }
    }

    /// Waits until something changes, and then until nothing has changed for a moment.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; ``FileError``.
    package func change() async throws {
        try await withTaskCancellationHandler {
            try await BlockingThread.run { [self] in try wait() }
        } onCancel: {
            _ = write(wake.write, "x", 1)
        }
        try Task.checkCancellation()
    }

    private func wait() throws {
        /// Long enough for an editor that writes a file in several steps.
        let calmMilliseconds: Int32 = 100
        var timeout: Int32 = -1
        while true {
            var polled = [
                pollfd(fd: events, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&polled, 2, timeout)
            if count < 0, errno != EINTR { throw FileError("watch", folder, .current) }
            if polled[1].revents != 0 || (count == 0 && timeout >= 0) { return }
            guard polled[0].revents != 0 else { continue }
            drain()
            // Folders that are new have to be watched too.
            try add(folder)
            timeout = calmMilliseconds
        }
    }

    private func drain() {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        while read(events, &bytes, bytes.count) > 0 {}
    }

    private func add(_ folder: FilePath) throws(FileError) {
        let number = folder.withPlatformString { inotify_add_watch(events, $0, Self.mask) }
        guard number >= 0 else {
            let errno = Errno.current
            // Gone since it was listed.
            guard errno != .noSuchFileOrDirectory, errno != .notDirectory else { return }
            throw FileError("watch", folder, errno)
        }
        guard let names = try? Folder.components(in: folder) else { return }
        for name in names where name.string != ".git" {
            var status = stat()
            let path = folder.appending(name)
            guard path.withPlatformString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR
            else { continue }
            try add(path)
        }
    }
}
