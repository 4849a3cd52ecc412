// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The tokens that are still good, by what they are good for.
final class TokenCache: Sendable {
    /// Whose tokens: a registry, and the token server that it named.
    struct Issuer: Hashable, Sendable {
        /// Scheme and authority of the registry.
        let origin: String
        let server: TokenServer
    }

    struct Key: Hashable, Sendable {
        let issuer: Issuer
        let scopes: TokenScopes
    }

    private let tokens = Mutex([Key: AccessToken]())

    /// A fresh token for exactly these scopes, else one that covers them.
    func token(for key: Key, at now: Int64) -> AccessToken? {
        tokens.withLock { tokens in
            tokens = tokens.filter { $0.value.isFresh(at: now) }
            if let exact = tokens[key] { return exact }
            return tokens.first { $0.key.issuer == key.issuer && $0.key.scopes.covers(key.scopes) }?.value
        }
    }

    func insert(_ token: AccessToken, for key: Key) {
        tokens.withLock { $0[key] = token }
    }

    /// Forgets a token that its registry refuses.
    func remove(_ value: String) {
        tokens.withLock { tokens in tokens = tokens.filter { $0.value.value != value } }
    }
}
