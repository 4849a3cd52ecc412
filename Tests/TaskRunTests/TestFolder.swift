// SPDX-License-Identifier: Apache-2.0

import BlockingIO
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

    func names() throws -> [String] { try Folder.names(in: path) }
}
