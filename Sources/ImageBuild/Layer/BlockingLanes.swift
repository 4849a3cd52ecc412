// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Dispatch
import Synchronization

/// A few threads that work off a list side by side; for work that waits for the disk.
struct BlockingLanes {
    let count: Int

    /// Calls `body` for each element, and returns when all calls have.
    ///
    /// Blocks.
    ///
    /// - Throws: The first error of a call; the other elements have had theirs.
    func forEach<Element: Sendable>(
        _ elements: [Element], _ body: @escaping @Sendable (Element) throws -> Void
    ) throws {
        let group = DispatchGroup()
        let turns = Turns(count: elements.count)
        for _ in 0..<count {
            DetachedThread.start(in: group) {
                while let index = turns.next() {
                    do {
                        try body(elements[index])
                    } catch {
                        turns.fail(error)
                    }
                }
            }
        }
        group.wait()
        if let error = turns.failure { throw error }
    }

    private final class Turns: Sendable {
        private struct State {
            var position = 0
            var failure: (any Error)?
        }

        private let state = Mutex(State())
        private let count: Int

        init(count: Int) {
            self.count = count
        }

        func next() -> Int? {
            state.withLock { state in
                guard state.position < count else { return nil }
                defer { state.position += 1 }
                return state.position
            }
        }

        func fail(_ error: any Error) {
            state.withLock { $0.failure = $0.failure ?? error }
        }

        var failure: (any Error)? { state.withLock { $0.failure } }
    }
}
