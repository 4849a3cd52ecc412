// SPDX-License-Identifier: Apache-2.0

import GRDB
import SystemPackage

/// The door to everything that the registry knows but the blobs' bytes: one SQLite database.
///
/// Nothing is remembered between calls, for another process may change the same database.
struct FactStore: Sendable {
    private let pool: DatabasePool
    private let commits: CommitQueue
    /// On whose behalf changes are made: what their audit events say.
    var origin: RequestOrigin?

    /// Opens the database, makes or updates its tables.
    ///
    /// Blocks. The caller holds the start lock.
    init(file: FilePath) throws(RegistryServerError) {
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(30)
            configuration.label = "stet.registry"
            pool = try DatabasePool(path: file.string, configuration: configuration)
            // After GRDB's set-up, which makes it NORMAL: an answer means that the change survives a power cut.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
                    throw DatabaseError(message: "it cannot be made to wait for the disk")
                }
            }
            try Schema.migrator.migrate(pool)
        } catch {
            throw .unusableDatabase(file, reason: "\(error)")
        }
        commits = CommitQueue(pool)
    }

    /// Reads from one unchanging state that includes everything committed before the call.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Facts) throws -> Value) async throws -> Value {
        try await pool.read { try body(Facts(db: $0)) }
    }

    /// Changes facts: all of what `body` does, or, when it throws, nothing.
    ///
    /// Returns when it is durable.
    func write<Value: Sendable>(_ body: @escaping @Sendable (Facts) throws -> Value) async throws -> Value {
        try await commits.perform { [origin] in try body(Facts(db: $0, origin: origin)) }
    }

    /// The same as ``write(_:)`` for the time before the server runs.
    ///
    /// Blocks.
    func writeNow<Value>(_ body: (Facts) throws -> Value) throws -> Value {
        try pool.write { try body(Facts(db: $0)) }
    }
}
