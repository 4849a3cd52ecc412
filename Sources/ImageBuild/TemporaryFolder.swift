// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// A folder that goes away, with what is in it, when the last one who has it lets go.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init(in parent: FilePath) throws(FileError) {
        try Folder.create(parent)
        var name = Array(parent.appending(".build-XXXXXX").string.utf8CString)
        guard mkdtemp(&name) != nil else { throw FileError("make a folder in", parent, Errno.current) }
        path = FilePath(String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    deinit { try? Folder.remove(path) }
}
