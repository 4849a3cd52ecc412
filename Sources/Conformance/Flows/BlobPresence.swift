// SPDX-License-Identifier: Apache-2.0

/// Whether a registry has a blob.
enum BlobPresence {
    case there
    case missing
    /// Nobody can tell: missing credentials, a limit, a gateway.
    case unknown(UploadStop)
}
