// SPDX-License-Identifier: Apache-2.0

/// The name of a repository: components separated by `/`.
///
/// Source: distribution-spec 1.1, "Pulling manifests":
/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`, and at most 255 characters.
package struct RepositoryName: Hashable, Sendable {
    package let rawValue: String

    package init(_ text: some StringProtocol) throws(InvalidValue) {
        guard !text.isEmpty else { throw InvalidValue("repository name", text, "it is empty") }
        guard text.utf8.count <= 255 else {
            throw InvalidValue("repository name", text, "it is longer than 255 characters")
        }
        for component in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard !component.isEmpty else {
                throw InvalidValue("repository name", text, "a component between \"/\" is empty")
            }
            if let reason = RepositoryName.fault(in: Array(component.utf8)) {
                throw InvalidValue("repository name", text, reason)
            }
        }
        rawValue = String(text)
    }

    /// Between letters and digits: one `.`, one or two `_`, or any number of `-`.
    private static func fault(in component: [UInt8]) -> String? {
        let isWord = { (byte: UInt8) in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
        }
        if component.contains(where: { (0x41...0x5A).contains($0) }) { return "it must be lower-case" }
        guard component.allSatisfy({ isWord($0) || "._-".utf8.contains($0) }) else {
            return "only lower-case letters, digits, \".\", \"_\", \"-\" and \"/\" are allowed"
        }
        for separator in component.split(whereSeparator: isWord) {
            guard
                [[0x2E], [0x5F], [0x5F, 0x5F]].contains(Array(separator))
                    || separator.allSatisfy({ $0 == 0x2D })
            else { return "\"\(String(decoding: separator, as: UTF8.self))\" cannot stand between letters" }
        }
        guard let first = component.first, let last = component.last, isWord(first), isWord(last) else {
            return "a component must begin and end with a letter or a digit"
        }
        return nil
    }

    /// The parts between `/`, at least one.
    package var components: [Substring] { rawValue.split(separator: "/") }

    /// True when this repository lies under `name/`, at any depth.
    package func isUnder(namespace name: String) -> Bool { rawValue.hasPrefix(name + "/") }
}

extension RepositoryName: CustomStringConvertible, Comparable {
    package var description: String { rawValue }

    /// By bytes, which is the order of the catalog.
    package static func < (a: RepositoryName, b: RepositoryName) -> Bool {
        a.rawValue.utf8.lexicographicallyPrecedes(b.rawValue.utf8)
    }
}

extension RepositoryName: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
