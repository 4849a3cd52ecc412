// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets those who want the same thing at the same time share one fetch.
///
/// A failure is shared as well. When the one who fetches is cancelled, one of those who wait goes on in its place.
final class SharedFetch<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private enum Turn: Sendable {
        case fetch
        case take(Result<Value, TransportError>)
        case cancelled
    }

    private struct State {
        /// Those who wait, for each key that is being fetched.
        var waiting: [Key: [Int: CheckedContinuation<Turn, Never>]] = [:]
        var lastTicket = 0
    }

    private let state = Mutex(State())

    /// The value for `key`, from `fetch` or from the fetch that is under way; `request` is for the error.
    func value(
        for key: Key, of request: HTTPRequest, fetch: () async throws(TransportError) -> Value
    ) async throws(TransportError) -> Value {
        while true {
            switch await turn(for: key) {
            case .cancelled: throw TransportError(.cancelled, request, "cancelled")
            case .take(.success(let value)): return value
            case .take(.failure(let error)) where error.kind == .cancelled: continue
            case .take(.failure(let error)): throw error
            case .fetch:
                let result: Result<Value, TransportError>
                do {
                    result = .success(try await fetch())
                } catch {
                    result = .failure(error)
                }
                for waiter in end(key) { waiter.resume(returning: .take(result)) }
                return try result.get()
            }
        }
    }

    private func turn(for key: Key) async -> Turn {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { join(key, ticket, $0) }
        } onCancel: {
            leave(key, ticket)
        }
    }

    private func join(_ key: Key, _ ticket: Int, _ continuation: CheckedContinuation<Turn, Never>) {
        let turn: Turn? = state.withLock { state in
            // Asked under the lock: a cancellation from now on finds the ticket when it leaves.
            guard !Task.isCancelled else { return .cancelled }
            guard state.waiting[key] != nil else {
                state.waiting[key] = [:]
                return .fetch
            }
            state.waiting[key]?[ticket] = continuation
            return nil
        }
        if let turn { continuation.resume(returning: turn) }
    }

    private func leave(_ key: Key, _ ticket: Int) {
        state.withLock { $0.waiting[key]?.removeValue(forKey: ticket) }?.resume(returning: .cancelled)
    }

    private func end(_ key: Key) -> [CheckedContinuation<Turn, Never>] {
        state.withLock { state in Array((state.waiting.removeValue(forKey: key) ?? [:]).values) }
    }
}
