// SPDX-License-Identifier: Apache-2.0

import Logging

/// What the endpoints work with.
struct Registry: Sendable {
    var facts: FactStore
    let blobs: BlobFolder
    let uploads: UploadFolder
    let adminToken: AdminToken
    /// nil for a registry without users.
    let access: AccessControl?
    /// Who sends the request that is answered.
    var requester = Requester.anybody
    let manifestLimitBytes: Int
    /// Whether `X-Forwarded-For` is a proxy's word.
    let isBehindProxy: Bool
    let logger: Logger
}
