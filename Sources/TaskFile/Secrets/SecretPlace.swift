// SPDX-License-Identifier: Apache-2.0

/// Where the value of a secret is.
package enum SecretPlace: Hashable, Sendable {
    /// An environment variable of the caller.
    case environment(String)
    /// A file; the value is its bytes, without one line feed at the end.
    case file(String)
    /// A program and its arguments; the value is what it prints, without one line feed at the end.
    case command([String])
    case keyVault(KeyVaultSecret)
}
