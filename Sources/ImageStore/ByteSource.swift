// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
package import SystemPackage

/// A content that can be read as often as needed: bytes in memory, or a range of a file.
///
/// Reading twice is what makes retry, redirect and authentication replay trivial.
package enum ByteSource: Hashable, Sendable {
    case bytes([UInt8])
    /// `count` bytes of a file from `offset`. The file does not change while the source is in use.
    case file(FilePath, offset: Int64, count: Int64)

    /// In bytes.
    package var count: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, _, let count): count
        }
    }

    /// The part from `offset`, `count` bytes long; both are cut to what there is.
    package func slice(from offset: Int64, count: Int64) -> ByteSource {
        let start = min(max(0, offset), self.count)
        let length = min(max(0, count), self.count - start)
        return switch self {
        case .bytes(let bytes): .bytes(Array(bytes[Int(start)..<Int(start + length)]))
        case .file(let path, let base, _): .file(path, offset: base + start, count: length)
        }
    }
}

extension ByteSource {
    /// The whole content in memory: for manifests and configurations.
    ///
    /// Blocks.
    package func readAll() throws(FileError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .file(let path, let offset, let count):
            return try FileError.wrap("read", path) {
                let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
                return try file.closeAfter {
                    try [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, filled in
                        while filled < Int(count) {
                            let rest = UnsafeMutableRawBufferPointer(
                                rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<Int(count)])
                            let read = try file.read(fromAbsoluteOffset: offset + Int64(filled), into: rest)
                            guard read > 0 else { throw Errno.ioError }
                            filled += read
                        }
                    }
                }
            }
        }
    }
}
