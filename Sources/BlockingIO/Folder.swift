// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// What we do with folders, durably.
package enum Folder {
    /// Makes a folder and its missing parents (mode 0755 less the umask, or `mode` for the last one).
    package static func create(_ path: FilePath, mode: UInt32 = 0o755) throws(FileError) {
        guard mkdir(path.string, mode) != 0 else { return }
        switch Errno.current {
        case .fileExists:
            guard isFolder(path) else { throw FileError("make folder", path, .notDirectory) }
        case .noSuchFileOrDirectory:
            var parent = path
            guard parent.removeLastComponent(), !parent.isEmpty else {
                throw FileError("make folder", path, .noSuchFileOrDirectory)
            }
            try create(parent)
            guard mkdir(path.string, mode) == 0 || isFolder(path) else {
                throw FileError("make folder", path, Errno.current)
            }
        case let errno: throw FileError("make folder", path, errno)
        }
    }

    /// True for a folder, or a link to one.
    package static func isFolder(_ path: FilePath) -> Bool {
        var status = stat()
        return stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Makes the names in a folder survive a power cut.
    package static func sync(_ path: FilePath) throws(FileError) {
        let descriptor = open(path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", path, Errno.current) }
        defer { close(descriptor) }
        try FileError.check("sync", path) { fsync(descriptor) }
    }

    /// The names in a folder without `.` and `..`, sorted by bytes.
    package static func names(in path: FilePath) throws(FileError) -> [String] {
        guard let stream = opendir(path.string) else { throw FileError("list", path, Errno.current) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Removes a folder and everything in it; links are removed, never followed.
    ///
    /// Nothing there is no error.
    package static func remove(_ path: FilePath) throws(FileError) {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try names(in: path) { try remove(path.appending(name)) }
            guard rmdir(path.string) == 0 else { throw FileError("remove", path, Errno.current) }
        } else {
            guard unlink(path.string) == 0 else { throw FileError("remove", path, Errno.current) }
        }
    }
}
