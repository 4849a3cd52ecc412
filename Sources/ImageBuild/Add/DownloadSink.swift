// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import Synchronization
import SystemPackage

/// Writes what arrives to a file, hashes it, and tells how far it has come.
final class DownloadSink: BlobSink {
    private struct State {
        var digester: Digester
        var size: Int64 = 0
        /// What the server says that there will be.
        var expected: Int64?
    }

    private let path: FilePath
    private let file: FileDescriptor
    private let limitBytes: Int64
    private let algorithm: DigestAlgorithm
    private let news: ErrandNews?
    private let state: Mutex<State>

    /// Makes the file, which must not be there.
    init(
        _ path: FilePath, limitBytes: Int64, algorithm: DigestAlgorithm, news: ErrandNews?
    ) throws(FileError) {
        self.path = path
        self.limitBytes = limitBytes
        self.algorithm = algorithm
        self.news = news
        state = Mutex(State(digester: Digester(algorithm)))
        file = try FileError.wrap("create", path) {
            try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite])
        }
    }

    deinit { try? file.close() }

    func expect(_ count: Int64?) {
        state.withLock { $0.expected = count }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        let (size, expected) = try state.withLock { state in
            guard Int64(bytes.count) <= limitBytes - state.size else {
                throw FileError("write more than \(limitBytes) bytes to", path, .fileTooLarge)
            }
            let offset = state.size
            _ = try FileError.wrap("write", path) { try file.writeAll(toAbsoluteOffset: offset, bytes) }
            state.digester.update(bytes)
            state.size += Int64(bytes.count)
            return (state.size, state.expected)
        }
        news?.tell(bytes: size, of: expected)
    }

    func restart() throws {
        try state.withLock { state in
            try FileError.wrap("empty", path) { try file.resize(to: 0) }
            state = State(digester: Digester(algorithm))
        }
    }

    func finish() -> (size: Int64, digest: Digest) {
        state.withLock { ($0.size, $0.digester.digest()) }
    }
}
