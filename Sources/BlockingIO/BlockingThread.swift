// SPDX-License-Identifier: Apache-2.0

/// Threads for work that blocks: C libraries, fsync, hashing of large files.
///
/// The cooperative pool has as many threads as the machine has cores and must never wait.
package enum BlockingThread {
    /// Runs `body` on a thread that it has for itself and waits for it without holding a thread of the pool.
    ///
    /// Cancellation of the task does not stop `body`; bodies that can last look at a flag of their own.
    package static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            WaitingThread.start { continuation.resume(with: Result { try body() }) }
        }
    }

    /// The same for a body whose error type is known.
    package static func result<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () -> Result<Value, Failure>
    ) async -> Result<Value, Failure> {
        await withCheckedContinuation { continuation in
            WaitingThread.start { continuation.resume(returning: body()) }
        }
    }
}
