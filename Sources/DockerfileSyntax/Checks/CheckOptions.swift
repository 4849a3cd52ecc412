// SPDX-License-Identifier: Apache-2.0

/// Which checks run, and whether a warning is an error: the value of `# check=`.
///
/// Source: Docker documentation, "Build checks", "Skip checks", "Error on check violations" and "Experimental checks".
package struct CheckOptions: Hashable, Sendable {
    package private(set) var skipped: Set<CheckRule> = []
    /// Experimental rules that run all the same.
    package private(set) var experimental: Set<CheckRule> = []
    /// A build with a warning fails.
    package private(set) var warningsAreErrors = false

    package init() {}

    /// Reads `skip=RULE,…;error=true;experimental=RULE,…`, where `all` stands for every rule.
    ///
    /// - Throws: A clause for an unknown option, and for a value of `error` that is neither true nor false.
    package init(_ text: String) throws(CheckOptionsError) {
        for part in text.split(separator: ";") where !part.trimmingBlanks.isEmpty {
            let key = part.prefix { $0 != "=" }
            let value = part.dropFirst(key.count + 1).trimmingBlanks
            switch key.trimmingBlanks {
            case "skip": skipped = Self.rules(value)
            case "experimental": experimental = Self.rules(value)
            case "error":
                guard let isOn = Self.boolean(value) else {
                    throw CheckOptionsError(message: "error is '\(value)', not true or false")
                }
                warningsAreErrors = isOn
            case let name:
                throw CheckOptionsError(
                    message: "unknown option '\(name)' of checks; there are skip, error and experimental")
            }
        }
    }

    /// Whether a rule is looked at.
    package func runs(_ rule: CheckRule) -> Bool {
        !skipped.contains(rule) && (!rule.isExperimental || experimental.contains(rule))
    }

    private static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "t", "1": true
        case "false", "f", "0": false
        default: nil
        }
    }

    /// A name that no rule has is one of another version's, and says nothing here.
    private static func rules(_ text: String) -> Set<CheckRule> {
        if text == "all" { return Set(CheckRule.allCases) }
        return Set(text.split(separator: ",").compactMap { CheckRule(rawValue: $0.trimmingBlanks) })
    }
}

/// Why a text says nothing about checks: one lower-case clause.
package struct CheckOptionsError: Error, Hashable, Sendable {
    package let message: String
}
