// SPDX-License-Identifier: Apache-2.0

/// What proves to a registry who is asking.
///
/// Never printed.
package enum Credentials: Hashable, Sendable {
    case basic(user: String, password: String)
    /// A refresh token, exchanged for access tokens at the registry's token server.
    case identityToken(String)
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        switch self {
        case .basic(let user, _): "\(user):***"
        case .identityToken: "identity token ***"
        }
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
