// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// Small files, read and written at once.
package enum WholeFile {
    /// Replaces a file's content, or makes the file: readers see the old bytes or the new ones.
    ///
    /// Its folder must exist. An ``OutputStream`` gets the bytes and stays; nothing is made beside it.
    package static func write(
        _ bytes: [UInt8], to path: FilePath, mode: UInt32 = 0o644, durable: Bool = true
    ) throws(FileError) {
        if let stream = OutputStream(path) { return try stream.append(bytes) }
        let folder = path.removingLastComponent()
        var file = try PendingFile(in: folder.isEmpty ? "." : folder, mode: mode)
        try file.write(bytes)
        try file.commit(as: path, durable: durable)
    }

    /// A file's content.
    ///
    /// - Throws: `.fileTooLarge` when it has more than `limitBytes`.
    package static func read(_ path: FilePath, limitBytes: Int = 64 << 20) throws(FileError) -> [UInt8] {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open", path, Errno.current) }
        defer { close(descriptor) }
        return try read(descriptor, path, limitBytes: limitBytes)
    }

    /// What an open file has from where it stands; `path` is for the error.
    ///
    /// - Throws: `.fileTooLarge` when it has more than `limitBytes`.
    package static func read(
        _ descriptor: Int32, _ path: FilePath, limitBytes: Int = 64 << 20
    ) throws(FileError) -> [UInt8] {
        var content: [UInt8] = []
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let count = Glibc.read(descriptor, piece.baseAddress, piece.count)
            if count < 0 {
                guard Errno.current == .interrupted else { throw FileError("read", path, Errno.current) }
            } else if count == 0 {
                return content
            } else {
                content += piece.prefix(count)
                guard content.count <= limitBytes else { throw FileError("read", path, .fileTooLarge) }
            }
        }
    }

    /// Appends bytes to an open file, all of them; `path` is for the error.
    package static func append(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: FilePath
    ) throws(FileError) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let count = Glibc.write(descriptor, start, rest.count)
            if count < 0 {
                guard Errno.current == .interrupted else { throw FileError("write", path, Errno.current) }
            } else {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
        }
    }

    /// The size in bytes of a file or of what a link points to; nil when there is none.
    package static func size(_ path: FilePath) -> Int64? {
        var status = stat()
        return stat(path.string, &status) == 0 ? Int64(status.st_size) : nil
    }
}
