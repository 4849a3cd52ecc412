// SPDX-License-Identifier: Apache-2.0

import GRDB
import OCISpec

extension Facts {
    /// The size of a blob in bytes; nil when the repository does not have it.
    func blobSize(_ digest: Digest, in name: RepositoryName) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT size FROM blob_link JOIN repository ON repository.id = repository
                    WHERE repository.name = ? AND digest = ?
                    """), arguments: [name.rawValue, digest.description])
    }

    func hasBlob(_ digest: Digest, in repository: Int64?) throws -> Bool {
        try exists(
            "SELECT 1 FROM blob_link WHERE repository = ? AND digest = ?", [repository, digest.description])
    }

    /// Gives a repository a blob, or makes the hold that it has on it new: a manifest may be about to need it.
    func linkBlob(_ digest: Digest, size: Int64, in name: RepositoryName) throws {
        try execute(
            """
            INSERT INTO blob_link (repository, digest, size, linked_at)
            VALUES (?, ?, ?, CAST(strftime('%s', 'now') AS INTEGER))
            ON CONFLICT DO UPDATE SET linked_at = excluded.linked_at
            """,
            [try makeRepository(name), digest.description, size])
    }

    func unlinkBlob(_ digest: Digest, in repository: Int64) throws {
        try execute(
            "DELETE FROM blob_link WHERE repository = ? AND digest = ?", [repository, digest.description])
    }

    /// True when some repository has the blob.
    func isLinked(_ digest: Digest) throws -> Bool {
        try exists("SELECT 1 FROM blob_link WHERE digest = ?", [digest.description])
    }

    /// A manifest of the repository that needs the content; nil when none does.
    func user(of digest: Digest, in repository: Int64) throws -> String? {
        try strings(
            "SELECT parent FROM containment WHERE repository = ? AND child = ? ORDER BY parent LIMIT 1",
            [repository, digest.description]
        ).first
    }
}
