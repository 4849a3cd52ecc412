// SPDX-License-Identifier: Apache-2.0

import GRDB
import OCISpec

extension Facts {
    func append(_ event: AuditEvent) throws {
        let detail = try event.detail.map { String(decoding: try JSONDocument.encode($0), as: UTF8.self) }
        try execute(
            """
            INSERT INTO audit (actor, action, repository, tag, digest, standing, policy, detail, address, request)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                event.actor ?? origin?.actor ?? "anonymous", event.action.rawValue,
                event.repository?.rawValue, event.tag?.rawValue,
                event.digest?.description, event.standing?.description, event.policy, detail,
                origin?.address, origin?.id,
            ])
    }

    /// The newest events as JSON objects, the newest first; members without a value are left out.
    func audit(_ filter: AuditFilter) throws -> [JSONValue] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT * FROM audit
                    WHERE (:before IS NULL OR id < :before) AND (:repository IS NULL OR repository = :repository)
                    AND (:tag IS NULL OR tag = :tag) AND (:action IS NULL OR action = :action)
                    ORDER BY id DESC LIMIT :limit
                    """),
            arguments: [
                "before": filter.before, "repository": filter.repository?.rawValue,
                "tag": filter.tag?.rawValue, "action": filter.action?.rawValue, "limit": filter.limit,
            ])
        return try rows.map { row in
            var members: [String: JSONValue] = ["id": .integer(row["id"])]
            for name in [
                "at", "actor", "address", "request", "action", "repository", "tag", "digest", "standing",
                "policy",
            ] {
                members[name] = (row[name] as String?).map(JSONValue.string)
            }
            if let detail = row["detail"] as String? {
                members["detail"] = try JSONDocument.decode(
                    JSONValue.self, from: Array(detail.utf8), noun: "event")
            }
            return .object(members)
        }
    }
}
