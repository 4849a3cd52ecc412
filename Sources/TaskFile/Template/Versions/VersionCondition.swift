// SPDX-License-Identifier: Apache-2.0

/// One condition of a range of versions: an operator and a version, parts of which may be left out.
struct VersionCondition: Sendable {
    private enum Operator {
        case equal, notEqual, above, atLeast, below, atMost, tilde, caret
    }

    private let sign: Operator
    private let pattern: VersionPattern

    /// - Returns: nil when `sign` is no operator or `text` no version.
    init?(_ sign: String, _ text: String) {
        guard let pattern = VersionPattern(text) else { return nil }
        self.pattern = pattern
        switch sign {
        case "", "=", "==": self.sign = .equal
        case "!=": self.sign = .notEqual
        case ">": self.sign = .above
        case ">=", "=>": self.sign = .atLeast
        case "<": self.sign = .below
        case "<=", "=<": self.sign = .atMost
        case "~", "~>": self.sign = .tilde
        case "^": self.sign = .caret
        default: return nil
        }
    }

    func isMet(by version: SemanticVersion) -> Bool {
        guard version.prerelease.isEmpty || !pattern.prerelease.isEmpty else { return false }
        let said = pattern.numbers.count
        guard said > 0 else { return sign != .notEqual && sign != .above && sign != .below }
        let low = pattern.lowest
        // The first version that shares no more than some of the numbers.
        let end = pattern.next(after: said)
        let isExact = said == 3
        return switch sign {
        case .equal: isExact ? version == low : version >= low && version < end
        case .notEqual: isExact ? version != low : version < low || version >= end
        case .above: isExact ? version > low : version >= end
        case .atLeast: version >= low
        case .below: version < low
        case .atMost: isExact ? version <= low : version < end
        case .tilde: version >= low && version < pattern.next(after: min(said, 2))
        case .caret: version >= low && version < caretEnd
        }
    }

    /// Up to the first number that is not 0, nothing may change.
    private var caretEnd: SemanticVersion {
        let firstNonZero = pattern.numbers.firstIndex { $0 != 0 }
        return pattern.next(after: firstNonZero.map { $0 + 1 } ?? pattern.numbers.count)
    }
}
