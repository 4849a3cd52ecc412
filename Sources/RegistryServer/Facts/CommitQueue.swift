// SPDX-License-Identifier: Apache-2.0

import GRDB
import Synchronization

/// Lets concurrent changes share one durable transaction.
///
/// While one transaction is being made durable, changes gather; the next transaction takes all of them. Each
/// change has a savepoint of its own, so that one that throws leaves nothing behind and does not touch the
/// others. A change is answered only when the transaction that holds it is durable.
final class CommitQueue: Sendable {
    /// Tells the caller of a change how it ended; `error` is that of the whole transaction.
    private typealias Answer = @Sendable (_ error: (any Error)?) -> Void

    private struct Change: Sendable {
        let perform: @Sendable (Database) -> Answer
        let fail: @Sendable (any Error) -> Void
    }

    private struct Waiting {
        var changes: [Change] = []
        var isScheduled = false
    }

    private let pool: DatabasePool
    private let waiting = Mutex(Waiting())

    init(_ pool: DatabasePool) {
        self.pool = pool
    }

    /// Runs `body` inside a transaction that excludes every other writer, of other processes too.
    ///
    /// - Returns: What `body` returned, when it is durable.
    /// - Throws: What `body` threw, or what kept the transaction from being committed; nothing is changed then.
    func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(
                Change { db in
                    let outcome = Result { try CommitQueue.inSavepoint(db, body) }
                    return { error in
                        if let error {
                            continuation.resume(throwing: error)
                        } else {
                            continuation.resume(with: outcome)
                        }
                    }
                } fail: {
                    continuation.resume(throwing: $0)
                })
        }
    }

    private func enqueue(_ change: Change) {
        let mustSchedule = waiting.withLock { waiting in
            waiting.changes.append(change)
            defer { waiting.isScheduled = true }
            return !waiting.isScheduled
        }
        if mustSchedule { pool.asyncWriteWithoutTransaction { self.drain($0) } }
    }

    /// Performs what has gathered; runs on the writer's own queue.
    private func drain(_ db: Database) {
        var rest = waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return waiting.changes[...]
        }
        var answers: [Answer] = []
        var failure: (any Error)?
        do {
            try db.inTransaction(.immediate) {
                while let change = rest.popFirst() {
                    answers.append(change.perform(db))
                    // SQLite itself ends a transaction after some errors, a full disk for one.
                    guard db.isInsideTransaction else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
                }
                return .commit
            }
        } catch {
            failure = error
        }
        for answer in answers { answer(failure) }
        if let failure { for change in rest { change.fail(failure) } }
    }

    private static func inSavepoint<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value
    {
        var value: Value?
        try db.inSavepoint {
            value = try body(db)
            return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
        return value
    }
}
