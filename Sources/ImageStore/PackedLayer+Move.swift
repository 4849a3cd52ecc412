// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import Glibc
package import LayerArchive
package import SystemPackage

extension PackedLayer {
    /// Makes the file durable and gives it its name, replacing what has it.
    ///
    /// Both names are on one file system. An `OutputStream` gets the bytes and stays.
    package func move(to path: FilePath) throws(FileError) {
        if let stream = OutputStream(path) { return try pour(into: stream) }
        try FileError.wrap("sync", file) {
            let descriptor = try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
            defer { try? descriptor.close() }
            guard fdatasync(descriptor.rawValue) == 0 else { throw Errno.current }
        }
        try FileError.wrap("rename \(file) to", path) {
            guard rename(file.string, path.string) == 0 else { throw Errno.current }
        }
        let folder = path.removingLastComponent()
        try Folder.sync(folder.isEmpty ? "." : folder)
    }
    private func pour(into stream: OutputStream) throws(FileError) {
        let descriptor = open(file.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", file, Errno.current) }
        defer { close(descriptor) }
        try stream.append(descriptor, from: file)
        unlink(file.string)
    }
}
