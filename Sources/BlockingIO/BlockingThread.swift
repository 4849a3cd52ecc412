// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Threads for work that blocks: C libraries, fsync, hashing of large files.
///
/// The cooperative pool has as many threads as the machine has cores and must never wait.
package enum BlockingThread {
    /// Runs `body` on a thread that it has for itself and waits for it without holding a thread of the pool.
    ///
    /// When this returns, the thread has let go of all that `body` holds. Cancellation of the task does not stop
    /// `body`; bodies that can last look at a flag of their own.
    package static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let work = Work { Result { try body() } }
        return try await withCheckedThrowingContinuation { continuation in
            WaitingThread.start { if let result = work.perform() { continuation.resume(with: result) } }
        }
    }

    /// The same for a body whose error type is known.
    package static func result<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () -> Result<Value, Failure>
    ) async -> Result<Value, Failure> {
        let work = Work(body)
        return await withCheckedContinuation { continuation in
            WaitingThread.start { if let result = work.perform() { continuation.resume(returning: result) } }
        }
    }

    /// A body that is let go of when it has run: a thread that waits for more would keep it, and a process that
    /// ends in the meantime would not clean up what it holds.
    private final class Work<Outcome: Sendable>: Sendable {
        private let body: Mutex<(@Sendable () -> Outcome)?>

        init(_ body: @escaping @Sendable () -> Outcome) {
            self.body = Mutex(body)
        }

        /// Runs the body; nil when it has run before.
        func perform() -> Outcome? {
            let body = self.body.withLock { body in
                defer { body = nil }
                return body
            }
            return body?()
        }
    }
}
