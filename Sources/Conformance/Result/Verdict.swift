// SPDX-License-Identifier: Apache-2.0

/// What a case came to.
///
/// A group has the worst of its children.
package enum Verdict: String, CaseIterable, Comparable, Codable, Sendable {
    case passed
    case skipped
    /// Our fault, or the network's.
    case inconclusive
    case violated

    private var rank: Int { Verdict.allCases.firstIndex(of: self) ?? 0 }

    package static func < (a: Verdict, b: Verdict) -> Bool { a.rank < b.rank }
}
