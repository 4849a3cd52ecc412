// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import SystemPackage

/// The bytes of all blobs, each under the name of its digest.
///
/// Everything here blocks.
/// A blob's file is there before a row of the database names it, and goes after the last row is gone.
struct BlobFolder: Sendable {
    let path: FilePath

    /// Where a blob is, or would be.
    func file(_ digest: Digest) -> FilePath {
        path.appending(digest.algorithmName).appending(String(digest.encoded.prefix(2)))
            .appending(digest.encoded)
    }

    /// Gives a file, whose bytes are durable, a second name: that of its digest.
    ///
    /// One that is there stays.
    func adopt(_ upload: FilePath, as digest: Digest) throws(FileError) {
        let file = file(digest)
        let folder = file.removingLastComponent()
        try Folder.create(folder)
        if link(upload.string, file.string) != 0, Errno.current != .fileExists {
            throw FileError("link", file, Errno.current)
        }
        try Folder.sync(folder)
        try Folder.sync(folder.removingLastComponent())
    }

    /// Removes a blob that no repository has.
    ///
    /// Call inside the transaction that makes sure of that.
    func remove(_ digest: Digest) throws(FileError) {
        let file = file(digest)
        if unlink(file.string) != 0, Errno.current != .noSuchFileOrDirectory {
            throw FileError("remove", file, Errno.current)
        }
    }

    func contains(_ digest: Digest) -> Bool { WholeFile.size(file(digest)) != nil }
}
