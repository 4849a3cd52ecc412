// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage

/// Where a registry keeps what.
///
/// ```
/// registry.sqlite             the facts, manifests included
/// blobs/ALGORITHM/ab/abcd…    the blobs
/// uploads/                    uploads that are not finished
/// admin-token                 the secret of the admin API, mode 0600
/// start.lock                  held while a registry prepares the folder
/// ```
struct DataFolder: Sendable {
    let path: FilePath

    var database: FilePath { path.appending("registry.sqlite") }
    var blobs: FilePath { path.appending("blobs") }
    var uploads: FilePath { path.appending("uploads") }
    var adminToken: FilePath { path.appending("admin-token") }
    var startLock: FilePath { path.appending("start.lock") }

    /// Makes the folders that are missing.
    func prepare() throws(FileError) {
        try Folder.create(path)
        try Folder.create(uploads)
        for algorithm in DigestAlgorithm.allCases {
            try Folder.create(blobs.appending(algorithm.rawValue))
        }
        try Folder.sync(blobs)
        try Folder.sync(path)
    }
}
