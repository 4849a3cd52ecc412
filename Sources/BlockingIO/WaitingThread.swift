// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// A thread that waits a moment for more work before it ends: a build of fifty steps asks for a hundred threads in
/// a row, and making one costs more than many a step.
///
/// Work that changes its thread (its namespaces, its user) has no place here: it takes a ``DetachedThread``.
final class WaitingThread: Sendable {
    typealias Work = @Sendable () -> Void

    /// Who waits now, the latest last: its stack is the warmest.
    private static let waiting = Mutex<[WaitingThread]>([])
    private static let mostWaiting = 16
    private static let patience = DispatchTimeInterval.milliseconds(100)

    private let next = Mutex<Work?>(nil)
    private let called = DispatchSemaphore(value: 0)

    private init() {}

    /// Runs `work` on a thread that waits, or on a new one.
    static func start(_ work: @escaping Work) {
        if let thread = waiting.withLock({ $0.popLast() }) {
            thread.next.withLock { $0 = work }
            thread.called.signal()
        } else {
            let thread = WaitingThread()
            DetachedThread.start { thread.run(work) }
        }
    }

    private func run(_ first: Work) {
        first()
        while let work = awaited() { work() }
    }

    /// The next work, or none when enough others wait or nothing came in time.
    private func awaited() -> Work? {
        let isWaiting = Self.waiting.withLock { threads in
            guard threads.count < Self.mostWaiting else { return false }
            threads.append(self)
            return true
        }
        guard isWaiting else { return nil }
        if called.wait(timeout: .now() + Self.patience) == .timedOut {
            let isStillWaiting = Self.waiting.withLock { threads in
                guard let place = threads.firstIndex(where: { $0 === self }) else { return false }
                threads.remove(at: place)
                return true
            }
            if isStillWaiting { return nil }
            // Somebody took this thread in the last moment: the call is on its way.
            called.wait()
        }
        return next.withLock { next in
            defer { next = nil }
            return next
        }
    }
}
