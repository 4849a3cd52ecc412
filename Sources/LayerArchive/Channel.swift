// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// A queue of bounded length between two threads: the faster one waits.
final class Channel<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isCancelled = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let free = DispatchSemaphore(value: 0)

    init(capacity: Int) {
        // A semaphore must not end with less than it began with, so it begins with nothing.
        for _ in 0..<capacity { free.signal() }
    }

    /// Waits for room.
    ///
    /// - Returns: false when nobody will receive any more.
    func send(_ element: Element) -> Bool {
        free.wait()
        let isCancelled = state.withLock { state in
            if !state.isCancelled { state.elements.append(element) }
            return state.isCancelled
        }
        (isCancelled ? free : filled).signal()
        return !isCancelled
    }

    /// Waits for an element; nil when there will be none.
    func receive() -> Element? {
        filled.wait()
        let element = state.withLock { $0.elements.isEmpty ? nil : $0.elements.removeFirst() }
        (element == nil ? filled : free).signal()
        return element
    }

    /// Nothing more will be sent: the receiver gets what is here, then nil.
    func close() {
        filled.signal()
    }

    /// Nothing more will be received: what is here is dropped, and senders are told.
    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            state.elements = []
        }
        free.signal()
    }
}
