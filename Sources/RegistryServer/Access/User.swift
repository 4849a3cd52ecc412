// SPDX-License-Identifier: Apache-2.0

/// Somebody whom the registry knows by a name and a password.
package struct User: Hashable, Sendable {
    package let name: String
    package let password: BcryptHash
    package let grants: [Grant]
    /// May do everything, also under `/api/v1/`; what a policy refuses stays refused.
    package let administers: Bool
}
