// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// A lock between processes, held while the value lives and given back when the process dies.
///
/// Source: flock(2).
package struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Waits for the lock.
    ///
    /// Blocks: call on a ``BlockingThread``.
    ///
    /// - Parameter path: The lock file, made when missing and never removed.
    /// - Throws: When the file cannot be made or opened.
    package init(_ path: FilePath) throws(FileError) {
        let descriptor = open(path.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError("open", path, Errno.current) }
        do {
            try FileError.check("lock", path) { flock(descriptor, LOCK_EX) }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
