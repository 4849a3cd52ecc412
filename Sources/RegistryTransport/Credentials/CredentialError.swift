// SPDX-License-Identifier: Apache-2.0

/// Credentials cannot be read or stored.
///
/// Names the file or the helper, never what is in it.
package struct CredentialError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
