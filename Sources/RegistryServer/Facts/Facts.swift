// SPDX-License-Identifier: Apache-2.0

import GRDB
import OCISpec

/// What the registry knows, as one transaction sees it.
struct Facts {
    let db: Database
    /// Who asked for the transaction; nil for the registry itself.
    var origin: RequestOrigin?

    /// The row of a repository; nil when nothing was ever stored in it.
    func repository(_ name: RepositoryName) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM repository WHERE name = ?"), arguments: [name.rawValue])
    }

    /// The row of a repository, made when missing.
    func makeRepository(_ name: RepositoryName) throws -> Int64 {
        if let id = try repository(name) { return id }
        try execute("INSERT INTO repository (name) VALUES (?)", [name.rawValue])
        return db.lastInsertedRowID
    }

    /// Repositories that hold a manifest and are to be shown, by name, beginning after `last`.
    func repositories(
        after last: String?, limit: Int?, where isShown: (RepositoryName) -> Bool
    ) throws -> [String] {
        let names = try String.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT name FROM repository
                    WHERE name > ? AND EXISTS (SELECT 1 FROM manifest WHERE manifest.repository = repository.id)
                    ORDER BY name
                    """), arguments: [last ?? ""])
        var shown: [String] = []
        while shown.count < limit ?? Int.max, let name = try names.next() {
            if isShown(try RepositoryName(name)) { shown.append(name) }
        }
        return shown
    }

    func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func strings(_ sql: String, _ arguments: StatementArguments) throws -> [String] {
        try String.fetchAll(db.cachedStatement(sql: sql), arguments: arguments)
    }

    func exists(_ sql: String, _ arguments: StatementArguments) throws -> Bool {
        try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments) != nil
    }
}
