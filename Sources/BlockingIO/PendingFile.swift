// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// A file that is not there yet: written without a name, then whole or absent.
///
/// Leaving the scope without ``commit(as:durable:)`` leaves nothing, and so does the death of the process. On a file
/// system that has no files without names (NFS, FAT) it has a temporary one, which a death leaves behind.
///
/// Source: open(2), O_TMPFILE.
package struct PendingFile: ~Copyable {
    /// A name `.pending-…` of its own, in the folder given to the initialiser; most often nothing has it.
    package let path: FilePath
    private let descriptor: Int32
    private let hasName: Bool
    private var writeBehind = WriteBehind()
    private var isCommitted = false

    /// Creates an empty file of mode 0644 (less the umask).
    ///
    /// `folder` must exist, on the file system where the file will stay.
    package init(in folder: FilePath, mode: UInt32 = 0o644) throws(FileError) {
        if let nameless = PendingFile.openNameless(in: folder) {
            descriptor = nameless
            path = folder.appending(Folder.uniqueName(".pending-"))
            hasName = false
        } else {
            var name = Array(folder.appending(".pending-XXXXXX").string.utf8CString)
            let named = mkstemp(&name)
            guard named >= 0 else { throw FileError("create a file in", folder, Errno.current) }
            _ = fcntl(named, F_SETFD, FD_CLOEXEC)
            descriptor = named
            path = FilePath(
                String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
            hasName = true
        }
        fchmod(descriptor, mode & ~PendingFile.umask)
    }

    deinit {
        close(descriptor)
        if hasName, !isCommitted { _ = path.withPlatformString { unlink($0) } }
    }

    /// True where a file needs no name until it is whole.
    package static func needsNoName(in folder: FilePath) -> Bool {
        guard let descriptor = openNameless(in: folder) else { return false }
        close(descriptor)
        return true
    }

    /// Appends bytes, all of them.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        do {
            try WholeFile.append(bytes, to: descriptor, path)
        } catch {
            throw FileError("write a file in", folder, error.errno)
        }
        writeBehind.appended(bytes.count, to: descriptor)
    }

    package mutating func write(_ bytes: [UInt8]) throws(FileError) {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(FileError) in try write(bytes) }
        }.get()
    }

    /// Makes the bytes durable and gives the file its name, replacing what has it.
    ///
    /// When not `durable`, fsync is left out: for what can be made again. An ``OutputStream`` gets the bytes and stays.
    package consuming func commit(as name: FilePath, durable: Bool = true) throws(FileError) {
        if let stream = OutputStream(name) { return try stream.append(descriptor, from: path) }
        if durable { try sync() }
        try giveName(name)
        isCommitted = true
        let folder = name.removingLastComponent()
        if durable { try Folder.sync(folder.isEmpty ? "." : folder) }
    }

    /// Makes what was written so far durable.
    package func sync() throws(FileError) {
        let descriptor = descriptor
        try FileError.check("sync a file in", folder) { fdatasync(descriptor) }
    }

    /// For messages: nobody knows the name that the file has meanwhile.
    private var folder: FilePath {
        let folder = path.removingLastComponent()
        return folder.isEmpty ? "." : folder
    }

    // MARK: Names

    /// A link cannot replace a name, so that one that is taken needs a second step.
    private func giveName(_ name: FilePath) throws(FileError) {
        let (path, source) = (path, PendingFile.link(to: descriptor))
        if !hasName {
            if PendingFile.link(source, name) == 0 { return }
            guard Errno.current == .fileExists else { throw FileError("create", name, Errno.current) }
            try FileError.check("create", path) {
                PendingFile.link(source, path)
            }
        }
        let status = path.withPlatformString { path in name.withPlatformString { rename(path, $0) } }
        guard status == 0 else {
            let errno = Errno.current
            if !hasName { _ = path.withPlatformString { unlink($0) } }
            throw FileError("rename \(path.lastComponent?.string ?? "") to", name, errno)
        }
    }

    private static func link(_ source: String, _ name: FilePath) -> Int32 {
        name.withPlatformString { linkat(AT_FDCWD, source, AT_FDCWD, $0, AT_SYMLINK_FOLLOW) }
    }

    /// - Returns: nil where there are no such files, or where they could not get a name later.
    private static func openNameless(in folder: FilePath) -> Int32? {
        // The macro O_TMPFILE, which is not one number on all processors.
        let temporary = 0o20_000_000 | O_DIRECTORY
        let descriptor = folder.withPlatformString { open($0, temporary | O_RDWR | O_CLOEXEC, 0o600) }
        guard descriptor >= 0 else { return nil }
        guard access(link(to: descriptor), F_OK) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func link(to descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }

    /// The process's umask, read once.
    private static let umask: mode_t = {
        let mask = Glibc.umask(0o022)
        _ = Glibc.umask(mask)
        return mask
    }()
}
