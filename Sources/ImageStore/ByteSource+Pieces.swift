// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

extension ByteSource {
    /// Hands out the content in order, in pieces that are gone after the call.
    ///
    /// Blocks on the disk.
    ///
    /// - Throws: What `body` throws; `FileError` when the file cannot be read or has become shorter.
    package func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        switch self {
        case .bytes(let bytes): try bytes.withUnsafeBytes(body)
        case .file(let path, let offset, let count):
            let file = try FileError.wrap("open", path) {
                try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            }
            defer { try? file.close() }
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
            defer { buffer.deallocate() }
            var done: Int64 = 0
            while done < count {
                let wanted = UnsafeMutableRawBufferPointer(
                    rebasing: buffer[..<Int(min(Int64(buffer.count), count - done))])
                let length = try FileError.wrap("read", path) {
                    try file.read(fromAbsoluteOffset: offset + done, into: wanted)
                }
                guard length > 0 else { throw FileError("read to the end of", path, .ioError) }
                try body(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
                done += Int64(length)
            }
        }
    }
}
