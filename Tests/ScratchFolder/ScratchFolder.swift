// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import Glibc
package import SystemPackage

/// A folder that goes away with the test, and quick ways to fill it.
package final class ScratchFolder: Sendable {
    private let folder: TemporaryFolder

    package init() throws(FileError) {
        folder = try TemporaryFolder(in: "/tmp", prefix: "stet-test-")
    }

    package var path: FilePath { folder.path }

    /// A new folder in this one.
    package func folder(_ name: String) throws(FileError) -> FilePath {
        try Folder.create(path.appending(name))
        return path.appending(name)
    }

    /// A new file in this folder, its parents made.
    @discardableResult
    package func file(_ name: FilePath, _ content: String, mode: UInt32 = 0o644) throws(FileError) -> FilePath
    {
        let file = path.appending(name.components)
        try Folder.create(file.removingLastComponent())
        try WholeFile.write(Array(content.utf8), to: file, durable: false)
        chmod(file.string, mode)
        return file
    }

    /// A new file of bytes in this folder.
    package func file(_ name: String, bytes: [UInt8]) throws(FileError) -> FilePath {
        let file = path.appending(name)
        try WholeFile.write(bytes, to: file, durable: false)
        return file
    }
}
