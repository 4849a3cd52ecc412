// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Hummingbird

/// Moves a request's body into an upload: while one batch is written and hashed, the next one is received.
struct UploadReceiver {
    let file: UploadFile

    /// So much is handed to a thread at once.
    private static let batchBytes = 1 << 20

    /// - Throws: Also when the body was cut off; what came is kept, so that the client can go on from there.
    func receive(_ request: Request) async throws {
        let count = try await withThrowingTaskGroup(of: Void.self) { group in
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
        try request.checkComplete(count)
    }

    private func write(_ batch: [ByteBuffer], to file: UploadFile) async throws {
        guard !batch.isEmpty else { return }
        try await BlockingThread.run { try file.append(batch) }
    }
}
