// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// A file descriptor that closes itself.
final class OpenFile: Sendable {
    let raw: Int32
    /// For messages.
    let path: FilePath

    init(owning raw: Int32, path: FilePath) {
        self.raw = raw
        self.path = path
    }

    /// Opens a file for reading; a symbolic link is an error unless it may be followed.
    convenience init(reading path: FilePath, followsLink: Bool = false) throws(LayerError) {
        let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | (followsLink ? 0 : O_NOFOLLOW)
        let raw = path.withPlatformString { open($0, flags) }
        guard raw >= 0 else { throw .file(FileError("open", path, .current)) }
        self.init(owning: raw, path: path)
    }

    deinit { close(raw) }

    func status() throws(LayerError) -> stat {
        var status = stat()
        try check("examine", fstat(raw, &status))
        return status
    }

    /// - Returns: 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(LayerError) -> Int {
        while true {
            let count = Glibc.read(raw, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard Errno.current == .interrupted else { throw .file(FileError("read", path, .current)) }
        }
    }

    /// Writes all bytes at an offset.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(LayerError) {
        var rest = bytes
        var offset = offset
        while !rest.isEmpty {
            let count = pwrite(raw, rest.baseAddress, rest.count, Int(offset))
            if count < 0 {
                guard Errno.current == .interrupted else { throw .file(FileError("write", path, .current)) }
            } else {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                offset += Int64(count)
            }
        }
    }

    /// Looks at the answer of a C call: 0, or -1 with errno.
    func check(_ operation: String, _ answer: Int32) throws(LayerError) {
        guard answer == 0 else { throw .file(FileError(operation, path, .current)) }
    }
}
