// SPDX-License-Identifier: Apache-2.0

import GRDB
import OCISpec

extension Facts {
    /// A repository's blob that none of its manifests needs, and that is not new.
    private static let isUnneeded = """
        linked_at <= :cutoff AND NOT EXISTS (
            SELECT 1 FROM containment
            WHERE containment.repository = blob_link.repository AND child = blob_link.digest)
        """

    /// What a collection would take, as of one moment.
    struct UnneededBlobs: Sendable {
        var links = 0
        /// Those that no repository has otherwise.
        var lastOnes: [(digest: String, size: Int64)] = []
    }

    /// Counts what no manifest needs; `cutoff` is in seconds since 1970.
    func unneededBlobs(before cutoff: Int) throws -> UnneededBlobs {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT digest, max(size), count(*),
                    count(*) = (SELECT count(*) FROM blob_link AS other WHERE other.digest = blob_link.digest)
                    FROM blob_link WHERE \(Facts.isUnneeded) GROUP BY digest
                    """), arguments: ["cutoff": cutoff])
        return rows.reduce(into: UnneededBlobs()) { result, row in
            result.links += row[2] as Int
            if row[3] as Bool { result.lastOnes.append((row[0], row[1])) }
        }
    }

    /// Takes at most `limit` of them out of their repositories.
    ///
    /// - Returns: Their digests, one for each repository.
    func unlinkUnneededBlobs(before cutoff: Int, limit: Int) throws -> [Digest] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    DELETE FROM blob_link WHERE (repository, digest) IN
                    (SELECT repository, digest FROM blob_link WHERE \(Facts.isUnneeded) LIMIT :limit)
                    RETURNING digest
                    """), arguments: ["cutoff": cutoff, "limit": limit])
        return try rows.map { try Digest($0[0] as String) }
    }
}
