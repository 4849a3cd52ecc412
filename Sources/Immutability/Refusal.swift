// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// Why a tag may not change.
package struct Refusal: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// A push to a tag that stands.
        case exists
        /// A deletion of a tag that stands.
        case undeletable
        /// A push to the name of a deleted tag.
        case deletedBefore
    }

    package let name: TagName
    package let reason: Reason
    /// What the tag names, or named last.
    package let digest: Digest
    /// The scope of the policy that refuses.
    package let policy: PolicyScope

    package init(name: TagName, reason: Reason, digest: Digest, policy: PolicyScope) {
        self.name = name
        self.reason = reason
        self.digest = digest
        self.policy = policy
    }

    /// One clause for people; clients print it.
    package var message: String {
        switch reason {
        case .exists: "immutable tag: \(name) already exists"
        case .undeletable: "immutable tag: \(name) cannot be deleted"
        case .deletedBefore: "immutable tag: \(name) was deleted and cannot be used again"
        }
    }
}
