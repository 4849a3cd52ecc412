// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// A folder that goes away, with what is in it, when the last one who has it lets go.
package final class TemporaryFolder: Sendable {
    package let path: FilePath

    /// Makes `parent` where it is missing, and an empty folder of mode 0700 in it, called `prefix` and ten
    /// random characters.
    ///
    /// They are digits and small letters, for some programs (buildah, podman) make image names of paths.
    package init(in parent: FilePath, prefix: String) throws(FileError) {
        try Folder.create(parent)
        while true {
            let name = String((0..<10).map { _ in TemporaryFolder.characters.randomElement() ?? "0" })
            let path = parent.appending(prefix + name)
            if mkdir(path.string, 0o700) == 0 {
                self.path = path
                return
            }
            guard Errno.current == .fileExists else {
                throw FileError("make a folder in", parent, Errno.current)
            }
        }
    }

    private static let characters = Array("0123456789abcdefghijklmnopqrstuvwxyz")

    deinit { try? Folder.remove(path) }
}
