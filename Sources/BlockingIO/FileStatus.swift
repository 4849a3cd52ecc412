// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// What the file system says of a file, or of what a link points to.
package struct FileStatus: Hashable, Sendable {
    /// In bytes.
    package let size: Int64
    /// When its bytes last changed, in whole seconds since 1970.
    package let writtenAt: Int

    /// nil when there is no such file, or when its folder cannot be searched.
    package init?(_ path: FilePath) {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return nil }
        size = Int64(status.st_size)
        writtenAt = status.st_mtim.tv_sec
    }
}
