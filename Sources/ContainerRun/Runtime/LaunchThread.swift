// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization

/// The one thread that starts programs: the kernel ends them when the thread does, which is with the process.
enum LaunchThread {
    private struct Queue: Sendable {
        var jobs: [@Sendable () -> Void] = []
        var isRunning = false
    }

    private static let queue = Mutex(Queue())
    private static let filled = DispatchSemaphore(value: 0)

    /// Runs `body` on that thread, which must not be held for long.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            enqueue { continuation.resume(returning: body()) }
        }
    }

    /// The same for a thread that may block.
    static func runBlocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value {
        let outcome = Outcome<Value>()
        let done = DispatchSemaphore(value: 0)
        while true {
            enqueue {
                let value = body()
                outcome.value.withLock { $0 = value }
                done.signal()
            }
            done.wait()
            if let value = outcome.value.withLock({ $0 }) { return value }
        }
    }

    private static func enqueue(_ job: @escaping @Sendable () -> Void) {
        queue.withLock { queue in
            if !queue.isRunning {
                var thread = pthread_t()
                queue.isRunning = NamespaceThread.start(serve, &thread)
                pthread_detach(thread)
            }
            queue.jobs.append(job)
        }
        filled.signal()
    }

    private static func serve() {
        while true {
            filled.wait()
            queue.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }?()
        }
    }
}
