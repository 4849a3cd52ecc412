// SPDX-License-Identifier: Apache-2.0

import Logging

/// What the endpoints work with.
struct Registry: Sendable {
    let facts: FactStore
    let blobs: BlobFolder
    let uploads: UploadFolder
    let adminToken: AdminToken
    let manifestLimitBytes: Int
    let logger: Logger
}
