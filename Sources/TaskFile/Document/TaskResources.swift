// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// A secret that the task reads through `.Secrets`.
package struct TaskSecret: Hashable, Sendable {
    package let id: String
    /// URL of a secret in a key vault; nil when an identity alone says which.
    package let keyVault: String?
    /// The user-assigned identity that may read it.
    package let clientID: String?
    package let location: SourceLocation
}

/// A volume made of files.
package struct TaskVolume: Hashable, Sendable {
    package let name: String
    /// File names and their contents in Base64.
    package let secret: [String: String]
    package let location: SourceLocation

    /// The files, by name.
    package var files: [(name: String, bytes: [UInt8])] {
        secret.sorted { $0.key < $1.key }.map { ($0.key, Self.decode($0.value) ?? []) }
    }

    /// White space in the text does not count.
    static func decode(_ text: String) -> [UInt8]? {
        RadixText.base64.decode(text.filter { !$0.isWhitespace })
    }
}

/// A network that the task's containers can join.
package struct TaskNetwork: Hashable, Sendable {
    package let name: String
    package let driver: String?
    package let hasIPv6: Bool
    /// True for a network that exists already.
    package let isExternal: Bool
    /// Steps without a `network` join it; of several, the last.
    package let isDefault: Bool
    package let location: SourceLocation
}
