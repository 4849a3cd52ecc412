// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

extension FileStamp {
    /// Of a file that is no link, now; blocks.
    init(_ path: FilePath) throws(FileError) {
        var status = stat()
        guard path.withPlatformString({ lstat($0, &status) }) == 0 else {
            throw FileError("look at", path, Errno.current)
        }
        self.init(status)
    }

    /// nil where the bytes are not those of a stamp.
    init?(_ reader: inout BinaryReader) {
        guard let device = reader.number(), let inode = reader.number(), let size = reader.number(),
            let modified = reader.number(), let changed = reader.number()
        else { return nil }
        self.init(
            device: UInt64(bitPattern: device), inode: UInt64(bitPattern: inode), size: size,
            modified: modified, changed: changed)
    }

    func write(to writer: inout BinaryWriter) {
        writer.add(device)
        writer.add(inode)
        writer.add(size)
        writer.add(modified)
        writer.add(changed)
    }

    /// True when the file has rested so long that a later change would show in another stamp: two seconds, the
    /// coarsest tick of any file system in use.
    func isSettled(at now: Int64 = FileStamp.now) -> Bool { FileStamp.isSettled(changed, at: now) }

    /// The same for the latest of the changes of several files.
    static func isSettled(_ change: Int64, at now: Int64) -> Bool { change < now - 2_000_000_000 }

    /// Nanoseconds since 1970.
    static var now: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}
