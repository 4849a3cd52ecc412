// SPDX-License-Identifier: Apache-2.0

import Logging

/// What the endpoints work with.
struct Registry: Sendable {
    var facts: FactStore
    let blobs: BlobFolder
    let uploads: UploadFolder
    let adminToken: AdminToken
    let manifestLimitBytes: Int
    /// Whether `X-Forwarded-For` is a proxy's word.
    let isBehindProxy: Bool
    let logger: Logger
}
