// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec

/// A blob that is to be stored in a repository.
struct BlobDelivery {
    let descriptor: Descriptor
    /// An upload session that the registry has opened already, if any.
    let session: UploadSession?
    let advancing: TransferProgress
}
