// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import Glibc
package import LayerArchive
package import SystemPackage

extension PackedLayer {
    /// Makes the file durable and gives it its name, replacing what has it.
    ///
    /// Both names are on one file system.
    package func move(to path: FilePath) throws(FileError) {
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
}
