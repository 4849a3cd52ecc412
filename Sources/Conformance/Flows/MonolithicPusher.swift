// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// ORAS, containerd and BuildKit: HEAD, POST, and the whole blob in the body of the PUT.
struct MonolithicPusher: SessionPusher {
    let form: ImageForm
    let manner: ClientManner

    func send(_ blob: TestBlob, in session: inout UploadSession) async throws(TransportError) -> UploadStop? {
        try await session.finish(
            blob.digest, body: blob.bytes, headers: ["Content-Type": MediaType.octetStream.rawValue])
    }
}
