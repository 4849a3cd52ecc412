// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// What another program, or a person, is still writing: standard input, a named pipe.
struct PipedInput: Sendable {
    let descriptor: FileDescriptor
    /// For the error.
    let name: FilePath
    /// More than any context that could be unpacked.
    var limitBytes: Int64 = 64 << 30

    /// How long nobody notices that the work is not wanted any more.
    private static let tickMilliseconds: Int32 = 50

    /// Runs `body` with a file that may be a pipe which nobody writes to yet.
    static func open(_ path: FilePath, _ body: (PipedInput) throws -> Void) throws {
        let descriptor = try FileError.wrap("open", path) {
            try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        }
        try descriptor.closeAfter { try body(PipedInput(descriptor: descriptor, name: path)) }
    }

    /// Blocks until the other side has written everything, or `checkCancellation` throws.
    func copy(to file: FilePath, _ checkCancellation: () throws -> Void) throws {
        let target = try FileError.wrap("create", file) {
            try FileDescriptor.open(
                file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite])
        }
        defer { try? target.close() }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { piece.deallocate() }
        var size: Int64 = 0
        while true {
            try wait(checkCancellation)
            let count: Int
            do {
                count = try descriptor.read(into: piece)
            } catch Errno.resourceTemporarilyUnavailable {
                continue
            } catch {
                throw FileError("read", name, error as? Errno ?? .ioError)
            }
            guard count > 0 else { return }
            size += Int64(count)
            guard size <= limitBytes else { throw FileError("read", name, .fileTooLarge) }
            try FileError.wrap("write", file) {
                _ = try target.writeAll(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            }
        }
    }

    /// Waits until there is something to read, or nobody is left who could write it.
    ///
    /// Source: poll(2); a pipe to which nobody has written yet is neither ready nor at its end.
    private func wait(_ checkCancellation: () throws -> Void) throws {
        while true {
            try checkCancellation()
            var request = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
            let count = poll(&request, 1, Self.tickMilliseconds)
            if count > 0 { return }
            guard count == 0 || Errno.current == .interrupted else {
                throw FileError("read", name, Errno.current)
            }
        }
    }
}
