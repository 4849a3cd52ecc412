// SPDX-License-Identifier: Apache-2.0

import GRDB
import Immutability
import OCISpec

extension Facts {
    /// All policies, the wider scope first.
    ///
    /// - Throws: When one of them cannot be read: a policy that we do not understand must not open anything.
    func policies() throws -> [Policy] {
        try strings("SELECT document FROM policy", []).map { try Facts.policy($0) }.sorted {
            $0.scope < $1.scope
        }
    }

    func policy(for scope: PolicyScope) throws -> Policy? {
        try strings("SELECT document FROM policy WHERE scope = ?", [scope.description]).first
            .map { try Facts.policy($0) }
    }

    /// Stores a policy in place of the one for the same scope.
    func set(_ policy: Policy) throws {
        let document = String(decoding: try JSONDocument.encode(policy.json), as: UTF8.self)
        try execute(
            "INSERT OR REPLACE INTO policy (scope, document) VALUES (?, ?)",
            [policy.scope.description, document])
    }

    func removePolicy(for scope: PolicyScope) throws {
        try execute("DELETE FROM policy WHERE scope = ?", [scope.description])
    }

    private static func policy(_ document: String) throws -> Policy {
        try Policy(json: JSONDocument.decode(JSONValue.self, from: Array(document.utf8), noun: "policy"))
    }
}
