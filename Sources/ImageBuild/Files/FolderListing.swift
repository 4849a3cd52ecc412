// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// One folder that is open: its names, and what they are.
struct FolderListing: ~Copyable {
    private let path: FilePath
    private let stream: OpaquePointer
    private let descriptor: Int32

    /// A link in place of the folder is an error: it may lead anywhere.
    init(_ path: FilePath) throws(FileError) {
        let descriptor = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw FileError("open", path, .current) }
        guard let stream = fdopendir(descriptor) else {
            let errno = Errno.current
            close(descriptor)
            throw FileError("list", path, errno)
        }
        self.path = path
        self.descriptor = descriptor
        self.stream = stream
    }

    deinit { closedir(stream) }

    /// Without `.` and `..`, in no order; once.
    ///
    /// - Throws: For a name that is not UTF-8, which no image can have.
    func names() throws(FileError) -> [String] {
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw FileError("list", path, .current) }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                    String(validatingCString: $0)
                }
            }
            guard let name else {
                throw FileError("read a name that is not UTF-8 in", path, .illegalByteSequence)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// - Returns: nil for what went away since it was listed.
    func status(of name: String) throws(FileError) -> stat? {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            let errno = Errno.current
            if errno == .noSuchFileOrDirectory { return nil }
            throw FileError("look at", path.appending(name), errno)
        }
        return status
    }
}
