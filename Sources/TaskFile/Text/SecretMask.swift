// SPDX-License-Identifier: Apache-2.0

/// Texts that nobody may see, and `***` in their place.
package struct SecretMask: Hashable, Sendable {
    /// Hiding shorter texts would hide everything.
    private static let shortest = 3

    /// What is hidden: the secrets, their lines, and both in Base64 and inside JSON.
    ///
    /// The longest first, so that no part of one is left over when another is replaced.
    package private(set) var texts: [String] = []

    package init(_ secrets: [String] = []) {
        add(secrets)
    }

    package mutating func add(_ secrets: [String]) {
        var all = Set(texts)
        for secret in secrets {
            let lines = secret.split(whereSeparator: \.isNewline).map(\.trimmed)
            for text in [secret, secret.trimmed] + lines where text.count >= Self.shortest {
                all.insert(text)
                all.insert(String(JSONText.quoted(text, escapesHTML: false).dropFirst().dropLast()))
                all.insert(RadixText.base64.encode(text.utf8))
                all.insert(RadixText.base64.encode((text + "\n").utf8))
            }
        }
        texts = all.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
    }

    package func mask(_ text: String) -> String {
        texts.reduce(text) { $0.contains($1) ? $0.replacing($1, with: "***") : $0 }
    }
}
