// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import LayerArchive
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

    /// Without `.` and `..`, in no order, as text that loses nothing; once.
    func names() throws(FileError) -> [String] {
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw FileError("list", path, .current) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(nameBytes: Array(bytes.prefix { $0 != 0 }))
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// - Returns: nil for what went away since it was listed.
    func status(of name: String) throws(FileError) -> stat? {
        var status = stat()
        guard (name.withNameString { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            let errno = Errno.current
            if errno == .noSuchFileOrDirectory { return nil }
            throw FileError("look at", path.appending(nameText: name), errno)
        }
        return status
    }
}
