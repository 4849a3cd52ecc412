// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What readers saw of a tag, and the answers that show it.
struct TagSightings: Sendable {
    /// Each time that it changed; nil for nothing.
    private(set) var seen: [Digest?] = []
    private var edges: [Exchange] = []
    private var latest: Exchange?

    /// The first and the last answer of each run of answers that say the same.
    var reads: [Exchange] { edges + [latest].compactMap(\.self) }

    /// Takes note of what one answer shows; nil for nothing.
    mutating func note(_ digest: Digest?, _ answer: Exchange) {
        if seen.last == .some(digest) {
            latest = answer
            return
        }
        edges = reads + [answer]
        latest = nil
        seen.append(digest)
    }
}
