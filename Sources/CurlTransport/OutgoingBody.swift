// SPDX-License-Identifier: Apache-2.0

import Glibc
import ImageStore
import SystemPackage

/// The body of a request while it is being sent.
struct OutgoingBody: ~Copyable {
    private let source: ByteSource
    /// How many bytes have been given to libcurl.
    private(set) var position: Int64 = 0
    /// Open while a file is being sent; -1 before.
    private var descriptor: Int32 = -1
    /// Why the body could not be read.
    private(set) var failure: (any Error)?

    /// Its last byte is due and the barrier knows it.
    var hasArrived = false
    /// The barrier has let the last byte go.
    var isReleased = false

    init(_ source: ByteSource) {
        self.source = source
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    var remaining: Int64 { source.count - position }

    mutating func seek(to offset: Int64) {
        position = offset
    }

    /// - Returns: How many bytes were put into the buffer, 0 at the end; nil when the file cannot be read.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let wanted = Int(min(Int64(buffer.count), remaining))
        guard wanted > 0 else { return 0 }
        switch source {
        case .bytes(let bytes):
            let start = Int(position)
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + wanted]))
            }
            position += Int64(wanted)
            return wanted
        case .file(let path, let offset, _):
            return readFile(path, at: offset + position, buffer, wanted)
        }
    }

    private mutating func readFile(
        _ path: FilePath, at offset: Int64, _ buffer: UnsafeMutableRawBufferPointer, _ wanted: Int
    ) -> Int? {
        if descriptor < 0 { descriptor = open(path.string, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { return fail(path) }
        let count = pread(descriptor, buffer.baseAddress, wanted, off_t(offset))
        guard count > 0 else { return fail(path) }
        position += Int64(count)
        return count
    }

    /// A file that ends early is a failure too: the request has promised its length.
    private mutating func fail(_ path: FilePath) -> Int? {
        let number = errno
        failure = BodyUnreadable(path: path, errno: number == 0 ? Errno.ioError : Errno(rawValue: number))
        return nil
    }
}

/// The file behind a request's body cannot be read to its end.
struct BodyUnreadable: Error, CustomStringConvertible {
    let path: FilePath
    let errno: Errno

    var description: String { "cannot read \(path): \(errno)" }
}
