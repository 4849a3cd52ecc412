// SPDX-License-Identifier: Apache-2.0

import Immutability

/// Policies as a table for people.
enum PolicyTable {
    static func render(_ policies: [Policy]) -> String {
        let header = ["SCOPE", "STATE", "IMAGES", "TAGS", "EXCEPT", "IDENTICAL PUSH", "DELETION", "REUSE"]
        let rows = policies.map { policy in
            [
                "\(policy.scope)", policy.enabled ? "enabled" : "disabled", list(policy.images),
                list(policy.tags),
                list(policy.exceptTags), policy.identicalPush.rawValue, policy.deletion.rawValue,
                policy.reuse.rawValue,
            ]
        }
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([header] + rows).map { row in
            zip(row, widths).map { $0.padding(to: $1) }.joined(separator: "  ").trimmingEnd
        }.joined(separator: "\n")
    }

    private static func list(_ patterns: [Pattern]) -> String {
        patterns.isEmpty ? "-" : patterns.map(\.text).joined(separator: ",")
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
