// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// A lock between processes, held while the value lives and given back when the process dies.
///
/// Source: flock(2).
package struct FileLock: ~Copyable, Sendable {
    /// Any number of shared locks stand beside each other, an exclusive one stands alone.
    package enum Mode: Sendable {
        case shared, exclusive

        fileprivate var operation: Int32 { self == .shared ? LOCK_SH : LOCK_EX }
    }

    private let descriptor: Int32

    /// Waits for the lock.
    ///
    /// Blocks: call on a ``BlockingThread``.
    ///
    /// - Parameter path: The lock file, made when missing and never removed.
    /// - Throws: When the file cannot be made or opened.
    package init(_ path: FilePath) throws(FileError) {
        let file = try FileLock.open(path, O_RDWR | O_CREAT)
        self = try FileLock.lock(file, path, LOCK_EX)
    }

    /// Waits for a lock on a file or folder that is there.
    ///
    /// Blocks: call on a ``BlockingThread``.
    package init(on path: FilePath, _ mode: Mode) throws(FileError) {
        let file = try FileLock.open(path, O_RDONLY)
        self = try FileLock.lock(file, path, mode.operation)
    }

    /// Takes a lock on a file or folder that is there if that needs no waiting; nil when others are in the way.
    package init?(trying path: FilePath, _ mode: Mode) throws(FileError) {
        let file = try FileLock.open(path, O_RDONLY)
        do {
            self = try FileLock.lock(file, path, mode.operation | LOCK_NB)
        } catch {
            guard error.errno == .wouldBlock else { throw error }
            return nil
        }
    }

    private init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        // Closing is not enough: a child process that is just being started still has the descriptor for a moment,
        // and with it the lock.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func open(_ path: FilePath, _ flags: Int32) throws(FileError) -> Int32 {
        let descriptor = Glibc.open(path.string, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError("open", path, Errno.current) }
        return descriptor
    }

    /// The owner comes first, so that the file is closed when it cannot be locked.
    private static func lock(
        _ descriptor: Int32, _ path: FilePath, _ operation: Int32
    ) throws(FileError) -> FileLock {
        let owner = FileLock(owning: descriptor)
        try FileError.check("lock", path) { flock(descriptor, operation) }
        return owner
    }
}
