// SPDX-License-Identifier: Apache-2.0

/// Which versions fit: `>=1.2, <2 || ^3.1`, `~1.2`, `1.x`, `1.2 - 1.4`.
///
/// A version that is no release fits only a condition that names such a one itself.
///
/// Source: the documentation of Masterminds/semver, which Sprig uses.
struct VersionRange: Sendable {
    /// One of the lists must be met as a whole.
    private let options: [[VersionCondition]]

    init?(_ text: String) {
        var options: [[VersionCondition]] = []
        for option in Self.options(of: text) {
            guard let conditions = Self.conditions(option) else { return nil }
            options.append(conditions)
        }
        self.options = options
    }

    func contains(_ version: SemanticVersion) -> Bool {
        options.contains { conditions in
            conditions.allSatisfy { condition in
                condition.isMet(by: version)
            }
        }
    }

    private static func options(of text: String) -> [String] {
        var options: [String] = []
        var rest = text[...]
        while let bars = rest.firstRange(of: "||") {
            options.append(rest[..<bars.lowerBound].trimmed)
            rest = rest[bars.upperBound...]
        }
        return options + [rest.trimmed]
    }

    /// Conditions stand apart at commas or blanks; blanks behind an operator belong to it.
    private static func conditions(_ text: String) -> [VersionCondition]? {
        if let dash = text.firstRange(of: " - ") {
            guard let low = VersionCondition(">=", text[..<dash.lowerBound].trimmed),
                let high = VersionCondition("<=", text[dash.upperBound...].trimmed)
            else { return nil }
            return [low, high]
        }
        var conditions: [VersionCondition] = []
        var rest = text[...]
        repeat {
            rest = rest.drop { $0 == " " || $0 == "," }
            let sign = rest.prefix { "<>=!~^".contains($0) }
            rest = rest.dropFirst(sign.count).drop { $0 == " " }
            let word = rest.prefix { $0 != " " && $0 != "," }
            rest = rest.dropFirst(word.count)
            guard let condition = VersionCondition(String(sign), String(word)) else { return nil }
            conditions.append(condition)
            rest = rest.drop { $0 == " " }
        } while !rest.isEmpty
        return conditions
    }
}
