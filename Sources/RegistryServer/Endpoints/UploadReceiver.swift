// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Hummingbird
import OCISpec

/// Moves a request's body into an upload: while one batch is written and hashed, the next one is received.
struct UploadReceiver {
    let file: UploadFile
    /// What the client said that the body is; nil when it did not.
    var range: ChunkRange?

    /// So much is handed to a thread at once.
    private static let batchBytes = 1 << 20

    /// - Throws: Also when the body was cut off; what came is kept, so that the client can go on from there.
    ///   Nothing is kept of a body that has another length than its `Content-Range`.
    func receive(_ request: Request) async throws {
        let mark = file.mark
        let count = try await store(request)
        try request.checkComplete(count)
        guard range?.count ?? count == count else {
            try await BlockingThread.run { try file.rewind(to: mark) }
            throw RegistryFailure(
                .badRequest, .sizeInvalid, "the body has \(count) bytes, its Content-Range another number")
        }
    }

    /// Writes the body to the file.
    ///
    /// - Returns: The body's length, in bytes.
    private func store(_ request: Request) async throws -> Int64 {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var (batch, batchBytes, count) = ([] as [ByteBuffer], 0, Int64(0))
            do {
                for try await buffer in request.body {
                    batch.append(buffer)
                    batchBytes += buffer.readableBytes
                    count += Int64(buffer.readableBytes)
                    guard batchBytes >= UploadReceiver.batchBytes else { continue }
                    try await group.next()
                    group.addTask { [batch, file] in try await write(batch, to: file) }
                    (batch, batchBytes) = ([], 0)
                }
            } catch {
                try await group.next()
                try await write(batch, to: file)
                throw error
            }
            try await group.next()
            try await write(batch, to: file)
            return count
        }
    }

    private func write(_ batch: [ByteBuffer], to file: UploadFile) async throws {
        guard !batch.isEmpty else { return }
        try await BlockingThread.run { try file.append(batch) }
    }
}
