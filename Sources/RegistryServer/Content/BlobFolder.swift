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

    /// Gives a file, whose bytes are durable and have this digest, a second name: that of its digest.
    ///
    /// A file that is there makes way, for it may be damaged; who reads it goes on reading it.
    func adopt(_ upload: FilePath, as digest: Digest) throws(FileError) {
        let file = file(digest)
        let folder = file.removingLastComponent()
        try Folder.create(folder)
        // Only its request, which has locked the upload, uses this name; after a crash the sweep removes it.
        let second = upload.string + ".blob"
        unlink(second)
        guard link(upload.string, second) == 0 else { throw FileError("link", upload, Errno.current) }
        defer { unlink(second) }  // rename(2) leaves it when both names are the same file
        guard rename(second, file.string) == 0 else { throw FileError("rename to", file, Errno.current) }
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

    /// In bytes; nil when the file is missing.
    func size(_ digest: Digest) -> Int64? { WholeFile.size(file(digest)) }

    /// nil when the file is missing.
    func status(_ digest: Digest) -> FileStatus? { FileStatus(file(digest)) }

    /// The folders that have blobs.
    func folders() throws(FileError) -> [FilePath] {
        var folders: [FilePath] = []
        for algorithm in DigestAlgorithm.allCases {
            let folder = path.appending(algorithm.rawValue)
            folders += try Folder.names(in: folder).map { folder.appending($0) }
        }
        return folders
    }

    /// The digests that have a file in a folder.
    func digests(in folder: FilePath) throws(FileError) -> [Digest] {
        let algorithm = folder.removingLastComponent().lastComponent?.string ?? ""
        return try Folder.names(in: folder).compactMap { try? Digest("\(algorithm):\($0)") }
    }
}
