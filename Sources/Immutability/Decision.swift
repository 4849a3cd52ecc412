// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The answer to a change.
package enum Decision: Hashable, Sendable {
    case allow
    case refuse(Refusal)
}

/// Decides whether a tag may change.
///
/// Every policy that protects the tag counts, and one that denies is enough. Of several that deny, the refusal
/// names the narrowest: a repository's before a namespace's, an inner namespace's before an outer one's.
/// The order of `policies` does not matter.
package func decide(
    _ change: Change, on name: TagName, in state: TagState, under policies: [Policy]
) -> Decision {
    func refusal(
        _ reason: Refusal.Reason, _ digest: Digest, where denies: (Policy) -> Bool = { _ in true }
    ) -> Decision {
        let scopes = policies.filter { $0.protects(name) && denies($0) }.map(\.scope)
        guard let scope = scopes.max() else { return .allow }
        return .refuse(Refusal(name: name, reason: reason, digest: digest, policy: scope))
    }
    return switch (change, state) {
    case (.push, .free): .allow
    case (.push(let digest), .taken(let standing)) where digest == standing:
        refusal(.exists, standing) { $0.identicalPush == .deny }
    case (.push, .taken(let standing)): refusal(.exists, standing)
    case (.push, .deleted(let last)): refusal(.deletedBefore, last) { $0.reuse == .deny }
    case (.delete, .taken(let standing)): refusal(.undeletable, standing) { $0.deletion == .deny }
    case (.delete, .free), (.delete, .deleted): .allow
    }
}
