// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What several threads have to say, in the order in which they said it.
final class Notes: Sendable {
    private let notes = Mutex<[String]>([])

    var all: [String] { notes.withLock { $0 } }

    func add(_ note: String) { notes.withLock { $0.append(note) } }
}
