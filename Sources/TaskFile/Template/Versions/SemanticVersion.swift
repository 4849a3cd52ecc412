// SPDX-License-Identifier: Apache-2.0

/// `[v]MAJOR[.MINOR[.PATCH]][-PRERELEASE][+METADATA]`.
///
/// Source: Semantic Versioning 2.0.0; what is left out counts as 0, as Sprig has it.
struct SemanticVersion: Comparable, Sendable {
    let major: Int
    let minor: Int
    let patch: Int
    let prerelease: [String]
    let metadata: String

    init(major: Int, minor: Int, patch: Int, prerelease: [String] = []) {
        (self.major, self.minor, self.patch, self.prerelease) = (major, minor, patch, prerelease)
        metadata = ""
    }

    init?(_ text: String) {
        guard let pattern = VersionPattern(text), pattern.numbers.count >= 1, !pattern.isOpen else {
            return nil
        }
        major = pattern.numbers[0]
        minor = pattern.number(1)
        patch = pattern.number(2)
        prerelease = pattern.prerelease
        metadata = pattern.metadata
    }

    static func < (a: SemanticVersion, b: SemanticVersion) -> Bool {
        guard (a.major, a.minor, a.patch) == (b.major, b.minor, b.patch) else {
            return (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch)
        }
        guard !a.prerelease.isEmpty, !b.prerelease.isEmpty else {
            return !a.prerelease.isEmpty && b.prerelease.isEmpty
        }
        for (left, right) in zip(a.prerelease, b.prerelease) where left != right {
            switch (Int(left), Int(right)) {
            case (let left?, let right?): return left < right
            case (.some, nil): return true
            case (nil, .some): return false
            default: return left.utf8.lexicographicallyPrecedes(right.utf8)
            }
        }
        return a.prerelease.count < b.prerelease.count
    }

    /// Equal in rank: metadata does not count.
    static func == (a: SemanticVersion, b: SemanticVersion) -> Bool { !(a < b) && !(b < a) }
}

/// A version of which parts may be left out or be `x`, `X` or `*`.
struct VersionPattern: Sendable {
    /// At most three; those that are said.
    let numbers: [Int]
    /// Whether a part is a wild card.
    let isOpen: Bool
    let prerelease: [String]
    let metadata: String

    init?(_ text: String) {
        var rest = text[...]
        if rest.first == "v" { rest.removeFirst() }
        let beforePlus = rest.prefix { $0 != "+" }
        metadata = String(rest.dropFirst(beforePlus.count + 1))
        let core = beforePlus.prefix { $0 != "-" }
        let tail = beforePlus.dropFirst(core.count + 1)
        prerelease =
            tail.isEmpty ? [] : tail.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let hasTails = beforePlus.count == core.count || !tail.isEmpty
        let isClean = ([metadata] + prerelease).allSatisfy { part in
            part.unicodeScalars.allSatisfy { AliasTable.isNameScalar($0) || "-.".unicodeScalars.contains($0) }
        }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        guard hasTails, isClean, !prerelease.contains(""), (1...3).contains(parts.count) else { return nil }
        var numbers: [Int] = []
        var isOpen = false
        for part in parts {
            if ["x", "X", "*"].contains(part) {
                isOpen = true
            } else if part.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(part), !isOpen,
                number < 1 << 53
            {
                numbers.append(number)
            } else {
                return nil
            }
        }
        (self.numbers, self.isOpen) = (numbers, isOpen)
    }

    func number(_ index: Int) -> Int { numbers.indices.contains(index) ? numbers[index] : 0 }

    /// The first version that fits.
    var lowest: SemanticVersion {
        SemanticVersion(major: number(0), minor: number(1), patch: number(2), prerelease: prerelease)
    }

    /// The first version behind all that share the first `count` numbers.
    func next(after count: Int) -> SemanticVersion {
        switch count {
        case 1: SemanticVersion(major: number(0) + 1, minor: 0, patch: 0)
        case 2: SemanticVersion(major: number(0), minor: number(1) + 1, patch: 0)
        default: SemanticVersion(major: number(0), minor: number(1), patch: number(2) + 1)
        }
    }
}
