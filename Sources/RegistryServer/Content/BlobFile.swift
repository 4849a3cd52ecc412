// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import NIOCore
import OCISpec
import SystemPackage

/// A blob open for reading, closed with the last reference.
///
/// Everything here blocks.
final class BlobFile: Sendable {
    let path: FilePath
    private let descriptor: Int32

    init(_ path: FilePath) throws(FileError) {
        descriptor = Glibc.open(path.string, O_RDONLY | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw FileError("open", path, Errno.current) }
    }

    /// In bytes, as the file system has it.
    var size: Int64 { Int64(max(lseek(descriptor, 0, SEEK_END), 0)) }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Reads `count` bytes from `offset` on; fewer only at the end of the file.
    func read(_ count: Int, at offset: Int64) throws(FileError) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(count)
        while buffer.readableBytes < count {
            let position = offset + Int64(buffer.readableBytes)
            let rest = count - buffer.readableBytes
            var got = 0
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: rest) { space in
                got = pread(descriptor, space.baseAddress, min(rest, space.count), off_t(position))
                return max(got, 0)
            }
            if got == 0 { break }
            guard got > 0 || Errno.current == .interrupted else {
                throw FileError("read", path, Errno.current)
            }
        }
        return buffer
    }
}
