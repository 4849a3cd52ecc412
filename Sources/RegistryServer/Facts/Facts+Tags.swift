// SPDX-License-Identifier: Apache-2.0

import GRDB
import Immutability
import OCISpec

extension Facts {
    func state(of tag: Tag, in repository: Int64) throws -> TagState {
        let key: StatementArguments = [repository, tag.rawValue]
        if let digest = try strings("SELECT digest FROM tag WHERE repository = ? AND name = ?", key).first {
            return .taken(try Digest(digest))
        }
        if let digest = try strings("SELECT digest FROM tombstone WHERE repository = ? AND tag = ?", key)
            .first
        {
            return .deleted(last: try Digest(digest))
        }
        return .free
    }

    /// Makes a tag name a manifest, whatever it named before.
    func set(_ tag: Tag, to digest: Digest, in repository: Int64) throws {
        try execute(
            """
            INSERT INTO tag (repository, name, digest) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET digest = excluded.digest, pushed_at = excluded.pushed_at
            """, [repository, tag.rawValue, digest.description])
        try execute("DELETE FROM tombstone WHERE repository = ? AND tag = ?", [repository, tag.rawValue])
    }

    /// Removes a tag and remembers that its name was used.
    func bury(_ tag: Tag, naming digest: Digest, in repository: Int64) throws {
        try execute("DELETE FROM tag WHERE repository = ? AND name = ?", [repository, tag.rawValue])
        try execute(
            "INSERT OR REPLACE INTO tombstone (repository, tag, digest) VALUES (?, ?, ?)",
            [repository, tag.rawValue, digest.description])
    }

    /// The tags of a repository by bytes, beginning after `last`.
    func tags(in repository: Int64, after last: String?, limit: Int?) throws -> [String] {
        try strings(
            "SELECT name FROM tag WHERE repository = ? AND name > ? ORDER BY name LIMIT ?",
            [repository, last ?? "", limit ?? -1])
    }

    /// The tags, with what they name, that lead to a manifest: directly, or through indexes that contain it.
    func tags(leadingTo digest: Digest, in repository: Int64) throws -> [(tag: Tag, digest: Digest)] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    WITH RECURSIVE carrier (digest) AS (
                        VALUES (:digest)
                        UNION
                        SELECT parent FROM containment JOIN carrier ON child = carrier.digest
                        WHERE repository = :repository
                    )
                    SELECT name, tag.digest FROM tag JOIN carrier USING (digest)
                    WHERE repository = :repository ORDER BY name
                    """),
            arguments: ["digest": digest.description, "repository": repository])
        return try rows.map { (tag: try Tag($0[0] as String), digest: try Digest($0[1] as String)) }
    }

    /// Calls `body` with every tag of the registry, by repository and name.
    func forEachTag(_ body: (TagName) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT repository.name, tag.name FROM tag JOIN repository ON repository.id = repository
                    ORDER BY repository.name, tag.name
                    """))
        while let row = try rows.next() {
            try body(TagName(try RepositoryName(row[0] as String), try Tag(row[1] as String)))
        }
    }
}
