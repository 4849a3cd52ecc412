// SPDX-License-Identifier: Apache-2.0

package import RegistryTransport
import Synchronization

/// The credentials of a run: those of whoever runs it, under those that its steps logged in with.
package final class RunCredentials: Sendable {
    private let outside: CredentialLookup
    private let logins = Mutex<[String: Credentials]>([:])

    package init(_ outside: @escaping CredentialLookup) {
        self.outside = outside
    }

    /// For everything that reaches a registry in this run.
    package var lookup: CredentialLookup {
        { target in
            if let login = self.logins.withLock({ $0[target.registry] }) { return login }
            return try await self.outside(target)
        }
    }

    /// `user:password` for a registry; nil when there are none, or a token instead.
    func pair(for registry: String) async throws -> String? {
        guard case .basic(let user, let password)? = try await lookup(CredentialTarget(registry: registry))
        else { return nil }
        return "\(user):\(password)"
    }

    func logIn(_ credentials: Credentials, to registry: String) {
        logins.withLock { $0[registry] = credentials }
    }
}
