// SPDX-License-Identifier: Apache-2.0

/// One round of a race as it went.
package struct RaceRound: Hashable, Codable, Sendable {
    /// One request of the race.
    package struct Entry: Hashable, Codable, Sendable {
        /// `writer 3`, `delete`.
        package var name: String
        /// From the start of the round; the requests end together, for their last bytes are held.
        package var startMicroseconds: Int
        package var endMicroseconds: Int
        /// nil when no answer came.
        package var status: Int?
    }

    package var tag: String
    package var entries: [Entry]
    /// What readers saw meanwhile, in the order in which it changed: image names, `nothing`.
    package var seen: [String]
    package var isBroken: Bool
    /// What was said, in the order in which it was sent: every request that raced, and of the reads the first and
    /// the last that saw the same; nil for all rounds but the first broken one.
    package var exchanges: [ExchangeRecord]?
}
