// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// What we do with folders, durably.
package enum Folder {
    /// Makes a folder and its missing parents (mode 0755 less the umask, or `mode` for the last one).
    package static func create(_ path: FilePath, mode: UInt32 = 0o755) throws(FileError) {
        guard make(path, mode) != 0 else { return }
        switch Errno.current {
        case .fileExists:
            guard isFolder(path) else { throw FileError("make folder", path, .notDirectory) }
        case .noSuchFileOrDirectory:
            var parent = path
            guard parent.removeLastComponent(), !parent.isEmpty else {
                throw FileError("make folder", path, .noSuchFileOrDirectory)
            }
            try create(parent)
            guard make(path, mode) == 0 || isFolder(path) else {
                throw FileError("make folder", path, Errno.current)
            }
        case let errno: throw FileError("make folder", path, errno)
        }
    }

    private static func make(_ path: FilePath, _ mode: UInt32) -> Int32 {
        path.withPlatformString { mkdir($0, mode) }
    }

    /// True for a folder, or a link to one.
    package static func isFolder(_ path: FilePath) -> Bool {
        var status = stat()
        return (path.withPlatformString { stat($0, &status) }) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Makes the names in a folder survive a power cut.
    package static func sync(_ path: FilePath) throws(FileError) {
        let descriptor = open(path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", path, Errno.current) }
        defer { close(descriptor) }
        try FileError.check("sync", path) { fsync(descriptor) }
    }

    /// The names in a folder without `.` and `..`, sorted by bytes; bytes that are no UTF-8 become U+FFFD.
    package static func names(in path: FilePath) throws(FileError) -> [String] {
        try components(in: path).map(\.string)
    }

    /// The names in a folder without `.` and `..`, sorted by bytes, as they are.
    package static func components(in path: FilePath) throws(FileError) -> [FilePath.Component] {
        let descriptor = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw FileError("open", path, Errno.current) }
        defer { close(descriptor) }
        return try components(inOpen: descriptor, path)
    }

    /// The same for a folder that is open; `path` is for the error.
    package static func components(
        inOpen descriptor: Int32, _ path: FilePath
    ) throws(FileError) -> [FilePath.Component] {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw FileError("list", path, Errno.current) }
        guard let stream = fdopendir(copy) else {
            let errno = Errno.current
            close(copy)
            throw FileError("list", path, errno)
        }
        defer { closedir(stream) }
        rewinddir(stream)
        var names: [[CChar]] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    Array(bytes.bindMemory(to: CChar.self).prefix { $0 != 0 })
                })
        }
        let isBefore = { (a: [CChar], b: [CChar]) in
            a.lexicographicallyPrecedes(b) { UInt8(bitPattern: $0) < UInt8(bitPattern: $1) }
        }
        return names.sorted(by: isBefore).compactMap { name in
            let component = FilePath.Component(platformString: name + [0])
            return component?.kind == .regular ? component : nil
        }
    }

    /// Removes a folder and everything in it; links are removed, never followed.
    ///
    /// Nothing there is no error.
    package static func remove(_ path: FilePath) throws(FileError) {
        var status = stat()
        guard path.withPlatformString({ lstat($0, &status) }) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try components(in: path) { try remove(path.appending(name)) }
            try removed(path, path.withPlatformString { rmdir($0) })
        } else {
            try removed(path, path.withPlatformString { unlink($0) })
        }
    }

    /// What somebody else has removed in the meantime is gone, too.
    private static func removed(_ path: FilePath, _ status: Int32) throws(FileError) {
        guard status == 0 || Errno.current == .noSuchFileOrDirectory else {
            throw FileError("remove", path, Errno.current)
        }
    }
}
