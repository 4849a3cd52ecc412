// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Dispatch
import Synchronization

/// A computation on a thread of its own, whose outcome is waited for.
struct WorkerThread<Value: Sendable>: Sendable {
    private final class Outcome: Sendable {
        let value = Mutex<Result<Value, LayerError>>(.failure(.compression("the thread has not ended")))
    }

    private let group = DispatchGroup()
    private let outcome = Outcome()

    init(_ body: @escaping @Sendable () throws(LayerError) -> Value) {
        DetachedThread.start(in: group) { [outcome] in
            let result = Result(catching: body)
            outcome.value.withLock { $0 = result }
        }
    }

    /// Waits for the end; may be called again.
    func join() -> Result<Value, LayerError> {
        group.wait()
        return outcome.value.withLock { $0 }
    }
}
