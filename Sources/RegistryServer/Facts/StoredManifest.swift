// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// A manifest as it came: bytes and media type.
struct StoredManifest: Sendable {
    let digest: Digest
    let mediaType: String
    let bytes: [UInt8]
}
