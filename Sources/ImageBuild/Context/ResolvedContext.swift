// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import SystemPackage

/// A build's context on this machine.
///
/// A folder that was made for it goes away with the last copy of the value: keep it while the build runs.
package struct ResolvedContext: Sendable {
    /// The caller's own, or a temporary one.
    package let folder: FilePath
    /// What was checked out; nil for all but git contexts.
    package var commit: ContextCommit?
    /// The text of a Dockerfile that came in place of a context, which is then empty.
    package var dockerfile: String?
    private let temporary: LeasedFolder?

    init(folder: FilePath, in temporary: LeasedFolder? = nil) {
        self.folder = folder
        self.temporary = temporary
    }

    package var isTemporary: Bool { temporary != nil }
}

/// The commit that a git context is.
package struct ContextCommit: Hashable, Sendable {
    /// In full.
    package let hash: String
    /// Empty for a tag or a commit.
    package let branch: String
    /// When it was committed, in seconds since 1970: the build's time where `SOURCE_DATE_EPOCH` says nothing.
    package let time: Int64

    package init(hash: String, branch: String, time: Int64) {
        self.hash = hash
        self.branch = branch
        self.time = time
    }
}
