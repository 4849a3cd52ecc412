// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init() throws {
        var name = Array("/tmp/stet-test-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw Errno.current }
        path = FilePath(String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    deinit { try? Folder.remove(path) }

    /// A new folder in this one.
    func folder(_ name: String) throws -> FilePath {
        try Folder.create(path.appending(name))
        return path.appending(name)
    }

    /// A new file in this folder, its parents made.
    @discardableResult
    func file(_ name: FilePath, _ content: String, mode: UInt32 = 0o644) throws -> FilePath {
        let file = path.appending(name.components)
        try Folder.create(file.removingLastComponent())
        try WholeFile.write(Array(content.utf8), to: file, durable: false)
        chmod(file.string, mode)
        return file
    }

    /// A new file of bytes in this folder.
    func file(_ name: String, bytes: [UInt8]) throws -> FilePath {
        let file = path.appending(name)
        try WholeFile.write(bytes, to: file, durable: false)
        return file
    }
}
