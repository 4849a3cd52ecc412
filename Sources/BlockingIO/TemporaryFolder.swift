// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// A folder that goes away, with what is in it, when the last one who has it lets go.
package final class TemporaryFolder: Sendable {
    package let path: FilePath

    /// Makes `parent` where it is missing, and an empty folder of mode 0700 in it, called `prefix` and six
    /// random characters.
    package init(in parent: FilePath, prefix: String) throws(FileError) {
        try Folder.create(parent)
        var name = Array(parent.appending("\(prefix)XXXXXX").string.utf8CString)
        guard mkdtemp(&name) != nil else { throw FileError("make a folder in", parent, Errno.current) }
        path = FilePath(String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    deinit { try? Folder.remove(path) }
}
