// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// A folder that goes away, with what is in it, when the last one who has it lets go.
package final class TemporaryFolder: Sendable {
    package let path: FilePath

    /// Makes `parent` where it is missing, and an empty folder of mode 0700 with a unique name in it.
    package init(in parent: FilePath, prefix: String) throws(FileError) {
        try Folder.create(parent)
        path = try Folder.createUnique(in: parent, prefix: prefix)
    }

    deinit { try? Folder.remove(path) }
}
