// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Which tags of which repositories stand once they are written, and how strictly.
package struct Policy: Hashable, Sendable {
    /// An answer to one of a policy's questions.
    package enum Rule: String, CaseIterable, Sendable {
        case deny
        case allow
    }

    /// The policy's identity; never changes.
    package let scope: PolicyScope
    /// A policy that is switched off protects nothing.
    package var enabled = true
    /// Which repositories of the scope, by their name inside it (``PolicyScope/relativeName(of:)``).
    package var images: [Pattern] = [.all]
    package var tags: [Pattern] = [.all]
    /// Tags that stay mutable although `tags` names them.
    ///
    /// Opens nothing that another policy protects.
    package var exceptTags: [Pattern] = []
    /// Whether a tag may be pushed again with the digest that it has.
    package var identicalPush = Rule.deny
    /// Whether a tag, or a manifest that carries one, may be deleted.
    package var deletion = Rule.deny
    /// Whether the name of a deleted tag may be used again.
    package var reuse = Rule.deny

    /// A policy that protects every tag of the scope and allows nothing.
    package init(scope: PolicyScope) {
        self.scope = scope
    }

    /// True when the policy is on and speaks about this tag.
    package func protects(_ name: TagName) -> Bool {
        guard enabled, let image = scope.relativeName(of: name.repository) else { return false }
        let tag = name.tag.rawValue
        return images.match(image) && tags.match(tag) && !exceptTags.match(tag)
    }
}
