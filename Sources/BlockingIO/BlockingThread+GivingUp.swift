// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension BlockingThread {
    /// Runs a body that may wait for ever, as for the other end of a named pipe or for a person at a terminal.
    ///
    /// When the task is cancelled the body is given up: its thread stays where it is, and what it returns goes
    /// nowhere. So it must change nothing that anybody sees afterwards.
    ///
    /// - Throws: `CancellationError`, or what the body throws.
    package static func runGivingUp<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let answer = Answer<Value>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard answer.isAwaited(by: continuation) else { return }
                DetachedThread.start { answer.give(Result { try body() }) }
            }
        } onCancel: {
            answer.give(.failure(CancellationError()))
        }
    }
}

/// The first of two answers: the body's, or that it is given up.
private final class Answer<Value: Sendable>: Sendable {
    private enum State {
        case unasked
        case awaited(CheckedContinuation<Value, any Error>)
        case given
    }

    private let state = Mutex(State.unasked)

    /// - Returns: False when it was given up before; the continuation is resumed then.
    func isAwaited(by continuation: CheckedContinuation<Value, any Error>) -> Bool {
        let isOpen = state.withLock { state in
            guard case .unasked = state else { return false }
            state = .awaited(continuation)
            return true
        }
        if !isOpen { continuation.resume(throwing: CancellationError()) }
        return isOpen
    }

    func give(_ result: Result<Value, any Error>) {
        let last = state.withLock { state in
            defer { state = .given }
            return state
        }
        if case .awaited(let continuation) = last { continuation.resume(with: result) }
    }
}
