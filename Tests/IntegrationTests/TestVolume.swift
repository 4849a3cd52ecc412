// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// A file system of a test's own, which can be full or fail without harm to others.
///
/// Root alone may make one.
struct TestVolume: Sendable {
    let path: FilePath

    static var canMount: Bool {
        geteuid() == 0 && access("/dev/loop-control", F_OK) == 0
    }

    /// Mounts some MiB of memory for as long as `body` runs.
    static func withMemory<Value: Sendable>(
        mebibytes: Int, in folder: TestFolder, _ body: (TestVolume) async throws -> Value
    ) async throws -> Value {
        let volume = TestVolume(path: folder.path.appending("volume"))
        try Folder.create(volume.path)
        try await run("mount", "-t", "tmpfs", "-o", "size=\(mebibytes)m", "stet-test", volume.path.string)
        return try await volume.use(body)
    }

    /// Mounts a file system of 64 MiB in a file, for as long as `body` runs.
    static func withDevice<Value: Sendable>(
        in folder: TestFolder, _ body: (TestVolume) async throws -> Value
    ) async throws -> Value {
        let volume = TestVolume(path: folder.path.appending("device"))
        try Folder.create(volume.path)
        try await run("truncate", "-s", "64M", volume.image)
        try await run("mkfs.ext4", "-q", volume.image)
        try await run("mount", "-o", "loop", volume.image, volume.path.string)
        return try await volume.use(body)
    }

    /// The file that holds the file system of ``withDevice(in:_:)``.
    var image: String { path.string + ".img" }

    /// Takes all the space that is left.
    func fill() throws {
        let filler = open(path.appending("filler").string, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        #expect(filler >= 0)
        defer { close(filler) }
        let piece = [UInt8](repeating: 1, count: 4096)
        while write(filler, piece, piece.count) > 0 {}
        #expect(errno == ENOSPC)
    }

    /// Gives the space back.
    func empty() {
        unlink(path.appending("filler").string)
    }

    /// Makes the file system behave as after a fault of its disk: nothing can be written, by nobody.
    func fail() async throws {
        try await TestVolume.run("mount", "-o", "remount,abort", path.string)
    }

    private func use<Value: Sendable>(_ body: (TestVolume) async throws -> Value) async throws -> Value {
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(self))
        } catch {
            outcome = .failure(error)
        }
        try await TestVolume.run("umount", path.string)
        return try outcome.get()
    }

    private static func run(_ program: String, _ arguments: String...) async throws {
        let result = try await Program(program).run(arguments)
        try #require(result.status == 0, "\(program) \(arguments): \(result)")
    }
}
