// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Synchronization

/// How far the hashes of unfinished uploads have come, so that a chunk need not read those before it.
///
/// Only a shortcut: an upload whose hash is not here, or is of another length than its file, is read again.
final class UploadHashes: Sendable {
    private static let limit = 4096
    private let hashes = Mutex<[String: Digester]>([:])

    func keep(_ digester: Digester, for session: String) {
        hashes.withLock { hashes in
            if hashes.count >= UploadHashes.limit { hashes.removeAll() }
            hashes[session] = digester
        }
    }

    func take(_ session: String) -> Digester? {
        hashes.withLock { $0.removeValue(forKey: session) }
    }
}
