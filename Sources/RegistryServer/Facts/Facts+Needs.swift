// SPDX-License-Identifier: Apache-2.0

import GRDB
import OCISpec

extension Facts {
    /// Remembers what a manifest needs.
    func insert(_ needs: ManifestNeeds, of manifest: Digest, in repository: Int64) throws {
        try execute(
            """
            INSERT OR IGNORE INTO containment (repository, parent, child)
            SELECT ?1, ?2, json_extract(value, '$[0]') FROM json_each(?3)
            """, [repository, manifest.description, needs.json])
    }

    /// The first need that the repository does not meet; one that is not there meets none.
    func fault(in needs: ManifestNeeds, repository: Int64?) throws -> ManifestNeeds.Fault? {
        if let fault = try directFault(in: needs, repository) { return fault }
        guard needs.isIndex else { return nil }
        return try missingBelow(needs, repository).map { .missing(digest: $0) }
    }

    private func directFault(in needs: ManifestNeeds, _ repository: Int64?) throws -> ManifestNeeds.Fault? {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    WITH need AS (
                        SELECT key, json_extract(value, '$[0]') AS digest, json_extract(value, '$[1]') AS size
                        FROM json_each(:needs) WHERE json_extract(value, '$[2]')
                    ), met AS (
                        SELECT *, coalesce(
                            (SELECT length(content) FROM manifest
                             WHERE :isIndex AND repository = :repository AND digest = need.digest),
                            (SELECT size FROM blob_link
                             WHERE repository = :repository AND digest = need.digest)) AS stored
                        FROM need
                    )
                    SELECT key, digest, stored FROM met WHERE stored IS NOT size LIMIT 1
                    """),
            arguments: ["needs": needs.json, "isIndex": needs.isIndex, "repository": repository])
        return row.map { row in
            guard let stored = row[2] as Int64? else { return .missing(digest: row[1]) }
            return .wrongSize(index: row[0], stored: stored)
        }
    }

    /// What an index among the needs, or one inside it at any depth, names and the repository has no more.
    ///
    /// CROSS JOIN keeps SQLite from reading the needs once for each manifest of the repository.
    private func missingBelow(_ needs: ManifestNeeds, _ repository: Int64?) throws -> String? {
        try String.fetchOne(
            db.cachedStatement(
                sql: """
                    WITH RECURSIVE inner_index (digest) AS (
                        SELECT manifest.digest FROM json_each(:needs) CROSS JOIN manifest
                        ON repository = :repository AND manifest.digest = json_extract(value, '$[0]')
                        WHERE media_type IN (:oci, :docker)
                        UNION
                        SELECT manifest.digest FROM inner_index
                        CROSS JOIN containment
                        ON containment.repository = :repository AND parent = inner_index.digest
                        CROSS JOIN manifest ON manifest.repository = :repository AND manifest.digest = child
                        WHERE media_type IN (:oci, :docker)
                    )
                    SELECT child FROM inner_index
                    CROSS JOIN containment ON repository = :repository AND parent = inner_index.digest
                    WHERE NOT EXISTS
                        (SELECT 1 FROM manifest WHERE repository = :repository AND digest = child)
                    AND NOT EXISTS
                        (SELECT 1 FROM blob_link WHERE repository = :repository AND digest = child)
                    LIMIT 1
                    """),
            arguments: [
                "needs": needs.json, "repository": repository, "oci": MediaType.ociIndex.rawValue,
                "docker": MediaType.dockerManifestList.rawValue,
            ])
    }
}
