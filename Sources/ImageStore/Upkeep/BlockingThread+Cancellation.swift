// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import Synchronization

extension BlockingThread {
    private final class Flag: Sendable {
        let isUp = Atomic(false)
    }

    /// Runs a body that can last on a thread of its own.
    ///
    /// The body calls what it is given now and then: it throws `CancellationError` when the task was cancelled.
    package static func runCancellable<Value: Sendable>(
        _ body: @escaping @Sendable (_ checkCancellation: () throws -> Void) throws -> Value
    ) async throws -> Value {
        let flag = Flag()
        return try await withTaskCancellationHandler {
            try await run {
                try body {
                    if flag.isUp.load(ordering: .relaxed) { throw CancellationError() }
                }
            }
        } onCancel: {
            flag.isUp.store(true, ordering: .relaxed)
        }
    }
}
