// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

extension Folder {
    /// Makes an empty folder of mode 0700, called `prefix` and ten random characters, in a folder that is there.
    ///
    /// They are digits and small letters, for some programs (buildah, podman) make image names of paths.
    package static func createUnique(in parent: FilePath, prefix: String) throws(FileError) -> FilePath {
        while true {
            let path = parent.appending(uniqueName(prefix))
            if mkdir(path.string, 0o700) == 0 { return path }
            guard Errno.current == .fileExists else {
                throw FileError("make a folder in", parent, Errno.current)
            }
        }
    }

    /// `prefix` and ten random characters, which nobody else has.
    static func uniqueName(_ prefix: String) -> String {
        prefix + String((0..<10).map { _ in characters.randomElement() ?? "0" })
    }

    private static let characters = Array("0123456789abcdefghijklmnopqrstuvwxyz")
}
