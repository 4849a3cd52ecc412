// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// A named pipe that somebody else reads.
struct NamedPipe: Sendable {
    let path: FilePath

    init(in folder: FilePath, named name: String = "pipe") throws {
        path = folder.appending(name)
        guard mkfifo(path.string, 0o600) == 0 else { throw FileError("make", path, .current) }
    }

    /// Runs `body` with the other end when there is a reader; then the pipe ends.
    func whenRead<Value>(_ body: (FileDescriptor) async throws -> Value) async throws -> Value {
        let writer = try await opened()
        defer { try? writer.close() }
        return try await body(writer)
    }

    private func opened() async throws -> FileDescriptor {
        while true {
            do {
                let descriptor = try FileDescriptor.open(
                    path, .writeOnly, options: [.nonBlocking, .closeOnExec])
                _ = fcntl(descriptor.rawValue, F_SETFL, 0)
                return descriptor
            } catch Errno.noSuchAddressOrDevice {
                // Nobody reads yet.
                await Task.yield()
            }
        }
    }
}
