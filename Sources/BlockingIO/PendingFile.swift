// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// A file that is not there yet: written under a temporary name, then whole or absent.
///
/// Leaving the scope without ``commit(as:)`` removes what was written.
package struct PendingFile: ~Copyable {
    /// The temporary name, in the folder given to the initialiser.
    package let path: FilePath
    private let descriptor: Int32
    private var writeBehind = WriteBehind()
    private var isCommitted = false

    /// Creates an empty file of mode 0644 (less the umask) with a unique name `.pending-…`.
    ///
    /// `folder` must exist, on the file system where the file will stay.
    package init(in folder: FilePath, mode: UInt32 = 0o644) throws(FileError) {
        var name = Array(folder.appending(".pending-XXXXXX").string.utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw FileError("create a file in", folder, Errno.current) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        fchmod(descriptor, mode & ~PendingFile.umask)
        self.descriptor = descriptor
        path = FilePath(String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    deinit {
        close(descriptor)
        if !isCommitted { unlink(path.string) }
    }

    /// Appends bytes, all of them.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try WholeFile.append(bytes, to: descriptor, path)
        writeBehind.appended(bytes.count, to: descriptor)
    }

    package mutating func write(_ bytes: [UInt8]) throws(FileError) {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(FileError) in try write(bytes) }
        }.get()
    }

    /// Makes the bytes durable and gives the file its name, replacing what has it.
    ///
    /// When not `durable`, fsync is left out: for what can be made again.
    package consuming func commit(as name: FilePath, durable: Bool = true) throws(FileError) {
        if durable { try sync() }
        let path = path
        try FileError.check("rename \(path.lastComponent?.string ?? "") to", name) {
            rename(path.string, name.string)
        }
        isCommitted = true
        let folder = name.removingLastComponent()
        if durable { try Folder.sync(folder.isEmpty ? "." : folder) }
    }

    /// Makes what was written so far durable under the temporary name.
    package func sync() throws(FileError) {
        let descriptor = descriptor
        try FileError.check("sync", path) { fdatasync(descriptor) }
    }

    /// The process's umask, read once.
    private static let umask: mode_t = {
        let mask = Glibc.umask(0o022)
        _ = Glibc.umask(mask)
        return mask
    }()
}
