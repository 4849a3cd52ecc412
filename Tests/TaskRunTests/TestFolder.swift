// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// A folder that goes away with the last reference to it.
final class TestFolder: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath("/tmp/stet-task-run-\(UInt64.random(in: 0...UInt64.max))")
        try Folder.create(path)
    }

    deinit { try? Folder.remove(path) }

    func write(_ text: String, to name: String) throws {
        let file = path.appending(name)
        try Folder.create(file.removingLastComponent())
        try WholeFile.write(Array(text.utf8), to: file, durable: false)
    }

    func text(_ name: String) throws -> String {
        String(decoding: try WholeFile.read(path.pushing(FilePath(name))), as: UTF8.self)
    }

    func link(_ target: String, as name: String) throws {
        guard symlink(target, path.appending(name).string) == 0 else {
            throw FileError("link", path.appending(name), .current)
        }
    }

    func names() throws -> [String] { try Folder.names(in: path) }
}
