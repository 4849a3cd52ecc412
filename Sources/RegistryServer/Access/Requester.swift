// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Who sends a request, as far as the registry can tell.
enum Requester: Sendable {
    /// The registry has no users: everybody may do everything but administer.
    case anybody
    /// Somebody without a password; with a token when he has asked for one.
    case anonymous([Grant], hasToken: Bool)
    /// Somebody with a password, who may also do what needs none.
    case user(User, anonymous: [Grant] = [])

    /// What the audit trail calls him.
    var name: String {
        switch self {
        case .anybody, .anonymous: "anonymous"
        case .user(let user, _): user.name
        }
    }

    /// Whose uploads are his; nil where uploads are everybody's.
    var uploadOwner: String? {
        switch self {
        case .anybody: nil
        case .anonymous: "anonymous"
        case .user(let user, _): "user:\(user.name)"
        }
    }

    func may(_ right: Right, in repository: RepositoryName) -> Bool {
        switch self {
        case .anybody: true
        case .anonymous(let grants, _): grants.allow(right, in: repository)
        case .user(let user, let grants):
            user.administers || user.grants.allow(right, in: repository)
                || grants.allow(right, in: repository)
        }
    }
}
