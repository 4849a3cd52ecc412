// SPDX-License-Identifier: Apache-2.0

/// What a certificate can say about a registry; each level contains the ones before it.
package enum Level: String, CaseIterable, Comparable, Codable, Sendable {
    /// It is a registry: what is pushed can be pulled.
    case `protocol`
    /// An overwrite is refused, and what stood stands.
    case writeOnce = "write-once"
    /// Always with the same answer; exactly one winner under a race.
    case deterministic
    /// For every way of pushing.
    case consistent
    /// No way around it.
    case sealed
    /// Policies by scope and pattern do what they say.
    case governed

    private var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }

    package static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
}
