// SPDX-License-Identifier: Apache-2.0

import Immutability
import OCISpec

extension PolicyChange {
    /// What must be true of a policy for a change to happen: the value of an `If-Match` header.
    ///
    /// Source: RFC 9110, section 13.1.1.
    struct Condition: Sendable {
        /// nil when any state will do.
        private let entityTags: [String]?

        init(_ header: String?) {
            let tags = header?.split(separator: ",").map { $0.drop { $0 == " " }.trimmingBlanks }
            entityTags = tags?.contains("*") == true ? nil : tags
        }

        func holds(for policy: Policy) -> Bool { entityTags?.contains(policy.entityTag) ?? true }
    }
}

extension Policy {
    /// The name of this state of the policy; the same fields have the same one.
    var entityTag: String {
        let bytes = (try? JSONDocument.encode(json)) ?? []
        return "\"\(Digest(of: bytes).encoded.prefix(32))\""
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
