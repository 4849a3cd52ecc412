// SPDX-License-Identifier: Apache-2.0

/// A name that a person gives to a manifest in a repository.
///
/// Source: distribution-spec 1.1, "Pulling manifests": `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
package struct Tag: Hashable, Sendable {
    package let rawValue: String

    package init(_ text: some StringProtocol) throws(InvalidValue) {
        guard let first = text.utf8.first else { throw InvalidValue("tag", text, "it is empty") }
        guard text.utf8.count <= 128 else {
            throw InvalidValue("tag", text, "it is longer than 128 characters")
        }
        guard isAlphanumeric(first) || first == UInt8(ascii: "_") else {
            throw InvalidValue("tag", text, "it must begin with a letter, a digit or \"_\"")
        }
        guard text.utf8.allSatisfy({ isAlphanumeric($0) || "._-".utf8.contains($0) }) else {
            throw InvalidValue("tag", text, "only letters, digits, \".\", \"_\" and \"-\" are allowed")
        }
        rawValue = String(text)
    }

    private init(known rawValue: String) {
        self.rawValue = rawValue
    }

    /// What a reference without tag and digest means.
    package static let latest = Tag(known: "latest")
}

extension Tag: CustomStringConvertible, Comparable {
    package var description: String { rawValue }

    /// By bytes, which is the order of tag lists.
    package static func < (a: Tag, b: Tag) -> Bool {
        a.rawValue.utf8.lexicographicallyPrecedes(b.rawValue.utf8)
    }
}

extension Tag: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
