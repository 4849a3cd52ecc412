// SPDX-License-Identifier: Apache-2.0

/// Whether a registry has a level.
package struct LevelResult: Codable, Sendable {
    package let level: Level
    /// True when every `must` scenario of this level and of all below that is applicable passed at full strength, and
    /// at least one scenario of each ran.
    package let isReached: Bool
    /// The worst of the level's own scenarios; nil when it has none.
    package let verdict: Verdict?
    /// The `must` scenarios of this level that did not pass, or passed weakened.
    package let missing: [String]

    /// All levels, the lowest first.
    static func levels(of scenarios: [ScenarioResult]) -> [LevelResult] {
        var isOpen = true
        return Level.allCases.map { level in
            let own = scenarios.filter { $0.level == level }
            let missing = own.filter { $0.isNeeded && !$0.counts }.map(\.id)
            isOpen = isOpen && missing.isEmpty && own.contains { $0.verdict != .skipped }
            return LevelResult(
                level: level, isReached: isOpen, verdict: own.map(\.verdict).max(), missing: missing)
        }
    }
}
