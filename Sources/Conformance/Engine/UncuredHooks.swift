// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What the operator's program has done to the registry and not undone, a clause for each.
final class UncuredHooks: Sendable {
    private let clauses = Mutex<[String]>([])

    /// All together; nil when there is nothing.
    var clause: String? {
        let all = clauses.withLock(\.self)
        return all.isEmpty ? nil : all.joined(separator: "; ")
    }

    func append(_ more: [String]) { clauses.withLock { $0 += more } }
}
