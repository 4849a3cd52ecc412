// SPDX-License-Identifier: Apache-2.0

import GRDB
import Immutability
import OCISpec

extension Facts {
    /// A manifest by tag or digest.
    func manifest(
        _ reference: RegistryRoute.ManifestReference, in name: RepositoryName
    ) throws -> StoredManifest? {
        guard let repository = try repository(name) else { return nil }
        let digest: Digest
        switch reference {
        case .digest(let named): digest = named
        case .tag(let tag):
            guard case .taken(let named) = try state(of: tag, in: repository) else { return nil }
            digest = named
        }
        let statement = try db.cachedStatement(
            sql: "SELECT media_type, content FROM manifest WHERE repository = ? AND digest = ?")
        return try Row.fetchOne(statement, arguments: [repository, digest.description]).map { row in
            StoredManifest(digest: digest, mediaType: row[0], bytes: (row[1] as SQLBytes).bytes)
        }
    }

    func mediaType(ofManifest digest: Digest, in repository: Int64?) throws -> String? {
        try strings(
            "SELECT media_type FROM manifest WHERE repository = ? AND digest = ?",
            [repository, digest.description]
        ).first
    }

    /// Stores a manifest that is not there yet; what it needs is stored beside it.
    func insert(_ manifest: Manifest, in repository: Int64) throws {
        let digest = manifest.descriptor.digest.description
        var listed = manifest.descriptor
        listed.annotations = manifest.annotations
        listed.artifactType = manifest.artifactType
        let referrer =
            manifest.subject == nil ? nil : String(decoding: try JSONDocument.encode(listed), as: UTF8.self)
        try execute(
            """
            INSERT INTO manifest (repository, digest, media_type, content, subject, referrer, artifact_type)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                repository, digest, manifest.descriptor.mediaType.rawValue, SQLBytes(manifest.bytes),
                manifest.subject?.digest.description, referrer, manifest.artifactType?.rawValue,
            ])
    }

    func removeManifest(_ digest: Digest, in repository: Int64) throws {
        try execute(
            "DELETE FROM manifest WHERE repository = ? AND digest = ?", [repository, digest.description])
    }

    /// Descriptors, as JSON texts, of the manifests that refer to `subject`, in the order of their digests.
    func referrers(of subject: Digest, in repository: Int64, artifactType: String?) throws -> [String] {
        try strings(
            """
            SELECT referrer FROM manifest
            WHERE repository = ?1 AND subject = ?2 AND (?3 IS NULL OR artifact_type = ?3) ORDER BY digest
            """, [repository, subject.description, artifactType])
    }
}
