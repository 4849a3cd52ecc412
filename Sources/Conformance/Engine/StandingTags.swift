// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Synchronization

/// The tags that cases have left standing where they are write-once, in the order in which they were last seen.
///
/// What stands right after its push may be gone a moment later: a grace period has ended, a replica or a collection of
/// garbage has come along.
final class StandingTags: Sendable {
    struct Entry: Sendable {
        let repository: RepositoryName
        let tag: Tag
        let digest: Digest
        /// When it was seen, by the clock of the run.
        let seen: Duration
    }

    private let entries = Mutex<[Entry]>([])

    /// The oldest first.
    var all: [Entry] { entries.withLock { $0 } }

    /// Takes note of what a tag shows; what was seen first counts for its age.
    func note(_ entry: Entry) {
        entries.withLock { entries in
            let index = entries.firstIndex { $0.repository == entry.repository && $0.tag == entry.tag }
            guard let index else {
                entries.append(entry)
                return
            }
            entries[index] = Entry(
                repository: entry.repository, tag: entry.tag, digest: entry.digest, seen: entries[index].seen)
        }
    }

    /// Drops the tags of the repositories of a case that found something else, or deleted something.
    func forget(_ repositories: [RepositoryName]) {
        entries.withLock { $0.removeAll { entry in repositories.contains(entry.repository) } }
    }
}
