// SPDX-License-Identifier: Apache-2.0

/// A text that is not what the specifications allow in its place.
package struct InvalidValue: Error, Hashable, Sendable, CustomStringConvertible {
    /// The specification's noun: `tag`, `digest`, `repository name`.
    package let noun: String
    /// The text as it came, cut after 200 characters.
    package let value: String
    /// One lower-case clause that says which rule is broken.
    package let reason: String

    package init(_ noun: String, _ value: some StringProtocol, _ reason: String) {
        self.noun = noun
        self.value = value.count > 200 ? value.prefix(200) + "…" : String(value)
        self.reason = reason
    }

    package var description: String { "invalid \(noun) \"\(value.inOneLine)\": \(reason)" }
}

extension String {
    /// Control characters, line ends too, spelt as escapes.
    fileprivate var inOneLine: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return self
        }
        return unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
        }.joined()
    }
}
