// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock that stands still until a test moves it.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    private struct Sleeper {
        let id: Int
        let deadline: Instant
        let wake: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var sleepers: [Sleeper] = []
        var nextID = 0
        var cancelled: Set<Int> = []
        /// Tests that wait until somebody sleeps up to a deadline.
        var watchers: [(deadline: Instant, wake: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                add(Sleeper(id: id, deadline: deadline, wake: continuation))
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }

    private func add(_ sleeper: Sleeper) {
        let actions: [() -> Void] = state.withLock { state in
            if state.cancelled.contains(sleeper.id) {
                return [{ sleeper.wake.resume(throwing: CancellationError()) }]
            }
            if sleeper.deadline <= state.now { return [{ sleeper.wake.resume() }] }
            state.sleepers.append(sleeper)
            let ready = state.watchers.filter { $0.deadline == sleeper.deadline }
            state.watchers.removeAll { $0.deadline == sleeper.deadline }
            return ready.map { watcher in { watcher.wake.resume() } }
        }
        for action in actions { action() }
    }

    /// Waits until somebody sleeps until just this moment.
    func sleeper(until offset: Duration) async {
        let deadline = Instant(offset: offset)
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.contains(where: { $0.deadline == deadline }) { return true }
                state.watchers.append((deadline, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Moves the clock to a moment as soon as somebody sleeps until just then.
    func advance(to offset: Duration) async {
        await sleeper(until: offset)
        let deadline = Instant(offset: offset)
        let woken = state.withLock { state in
            state.now = deadline
            let woken = state.sleepers.filter { $0.deadline <= deadline }
            state.sleepers.removeAll { $0.deadline <= deadline }
            return woken
        }
        for sleeper in woken { sleeper.wake.resume() }
    }
}
