// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import Synchronization
import SystemPackage

/// A content between two registries: a temporary file.
///
/// It goes away with ``discard()``, at the latest with its last user.
final class SpoolFile: BlobSink {
    private struct State {
        var digester: Digester
        /// nil when nobody wants the content any more.
        var descriptor: FileDescriptor?
    }

    private let path: FilePath
    private let expected: Descriptor
    private let state: Mutex<State>

    init(in folder: FilePath, expecting descriptor: Descriptor) throws(FileError) {
        let name = "stet-spool-\(UInt64.random(in: 0...UInt64.max))"
        let path = folder.appending(name)
        let file = try FileError.wrap("create", path) {
            try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
        }
        self.path = path
        expected = descriptor
        state = Mutex(State(digester: Digester(descriptor.digest.algorithm ?? .sha256), descriptor: file))
    }

    deinit { discard() }

    /// Removes the file; the one who sends may go on for a moment, and is told to stop.
    func discard() {
        state.withLock { state in
            guard let descriptor = state.descriptor else { return }
            state.descriptor = nil
            try? descriptor.close()
            try? Folder.remove(path)
        }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            guard let descriptor = state.descriptor else { throw CancellationError() }
            try FileError.wrap("write", path) { _ = try descriptor.writeAll(bytes) }
            state.digester.update(bytes)
        }
    }

    func restart() throws {
        try state.withLock { state in
            guard let descriptor = state.descriptor else { throw CancellationError() }
            try FileError.wrap("rewind", path) { try descriptor.resize(to: 0) }
            try FileError.wrap("rewind", path) { _ = try descriptor.seek(offset: 0, from: .start) }
            state.digester = Digester(expected.digest.algorithm ?? .sha256)
        }
    }

    /// - Throws: ``RegistryError/mismatch(_:)`` when other bytes came than were expected.
    func verified() throws(RegistryError) -> ByteSource {
        let (digest, count) = state.withLock { ($0.digester.digest(), $0.digester.count) }
        guard digest == expected.digest, count == expected.size else {
            throw .mismatch(
                ContentMismatch(
                    request: "\(expected.digest)", expected: "\(expected.size) bytes of this digest",
                    actual: "\(count) bytes of \(digest)"))
        }
        return .file(path, offset: 0, count: count)
    }
}
