// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec

/// Which tags a policy would protect if it stood among the others.
struct PolicyPreview: Sendable {
    private let policy: Policy
    private let before: [Policy]
    private let after: [Policy]
    private let limit: Int
    private var rows: [JSONValue] = []
    private var total = 0
    private var protected = 0
    private var added = 0
    private var released = 0

    /// - Parameters:
    ///   - policy: Takes the place of the one for its scope.
    ///   - standing: The policies as they are.
    ///   - limit: So many tags are told one by one; all are counted.
    init(of policy: Policy, among standing: [Policy], limit: Int) {
        self.policy = policy
        self.limit = limit
        before = standing
        after = standing.filter { $0.scope != policy.scope } + [policy]
    }

    /// Counts a tag of the policy's scope; others are none of its business.
    mutating func add(_ name: TagName) {
        guard policy.scope.relativeName(of: name.repository) != nil else { return }
        let was = before.contains { $0.protects(name) }
        let guards = after.filter { $0.protects(name) }.map(\.scope).sorted()
        total += 1
        if !guards.isEmpty { protected += 1 }
        if !was, !guards.isEmpty { added += 1 }
        if was, guards.isEmpty { released += 1 }
        guard rows.count < limit else { return }
        rows.append(
            .object([
                "repository": .string(name.repository.rawValue), "tag": .string(name.tag.rawValue),
                "protected": .bool(!guards.isEmpty), "protectedNow": .bool(was),
                "policies": .array(guards.map { .string($0.description) }),
            ]))
    }

    var json: JSONValue {
        .object([
            "policy": policy.json,
            "counts": .object([
                "tags": .integer(Int64(total)), "protected": .integer(Int64(protected)),
                "newlyProtected": .integer(Int64(added)), "released": .integer(Int64(released)),
            ]),
            "tags": .array(rows), "truncated": .bool(total > rows.count),
        ])
    }
}
