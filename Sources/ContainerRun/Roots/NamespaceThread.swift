// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Threads that are nobody else's: what they do to their namespaces stays with them.
enum NamespaceThread {
    private final class Job: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Runs `body` on a thread that ends with it, and waits.
    ///
    /// - Returns: nil when there can be no thread.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value? {
        let outcome = Outcome<Value>()
        var thread = pthread_t()
        guard start({ outcome.value.withLock { $0 = body() } }, &thread) else { return nil }
        pthread_join(thread, nil)
        return outcome.value.withLock { $0 }
    }

    /// Starts a thread.
    static func start(_ body: @escaping @Sendable () -> Void, _ thread: inout pthread_t) -> Bool {
        let job = Unmanaged.passRetained(Job(body))
        let status = pthread_create(&thread, nil, runJob, job.toOpaque())
        if status != 0 { job.release() }
        return status == 0
    }

    private static let runJob: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
        if let raw = $0 { Unmanaged<Job>.fromOpaque(raw).takeRetainedValue().body() }
        return nil
    }
}

/// What a thread leaves for another.
final class Outcome<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
