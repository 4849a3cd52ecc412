// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The media types of manifests that a registry does not take under any name, as far as a run has found out.
final class UntakenTypes: Sendable {
    private let types = Mutex<Set<String>>([])

    /// Sorted.
    var all: [String] { types.withLock { $0.sorted() } }

    func has(_ type: String) -> Bool { types.withLock { $0.contains(type) } }

    func insert(_ type: String) { types.withLock { _ = $0.insert(type) } }
}
