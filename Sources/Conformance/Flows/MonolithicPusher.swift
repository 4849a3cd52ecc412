// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// ORAS, containerd and BuildKit: HEAD, POST, and the whole blob in the body of the PUT; then the manifest of
/// OCI, after a look at its digest.
struct MonolithicPusher: SessionPusher {
    var form: ImageForm { .oci }

    func greet(
        _ image: TestImage, _ repository: RepositoryName, over wire: Wire
    ) async throws(TransportError) {
        _ = try await wire.send(
            wire.request(
                .head, .manifest(repository, .digest(image.manifest.digest)), headers: Wire.manifestAccept))
    }

    func send(_ blob: TestBlob, in session: inout UploadSession) async throws(TransportError) -> UploadStop? {
        try await session.finish(
            blob.digest, body: blob.bytes, headers: ["Content-Type": MediaType.octetStream.rawValue])
    }
}
