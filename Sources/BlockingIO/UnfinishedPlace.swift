// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// Where a file lies until it is whole, in a folder that is not ours: without a name, so that a death leaves nothing
/// there; where the file system has no such files, in a ``LeasedFolder``, which the next one removes.
package struct UnfinishedPlace: Sendable {
    /// For a ``PendingFile`` that becomes the file.
    package let folder: FilePath
    private let leased: LeasedFolder?

    /// In the folder of `file`, on its file system; what dead processes left there under names of that prefix goes.
    ///
    /// For an ``OutputStream``, beside which nothing belongs, in the folder for temporary files. Blocks.
    package init(beside file: FilePath, prefix: String) throws(FileError) {
        let parent = OutputStream(file) == nil ? file.removingLastComponent() : Self.temporary
        let place: FilePath = parent.isEmpty ? "." : parent
        LeasedFolder.sweep(place, prefix: prefix)
        leased = PendingFile.needsNoName(in: place) ? nil : try LeasedFolder(in: place, prefix: prefix)
        folder = leased?.path ?? place
    }

    /// Where files of any size may lie.
    private static var temporary: FilePath {
        getenv("TMPDIR").map { FilePath(platformString: $0) } ?? "/var/tmp"
    }
}
