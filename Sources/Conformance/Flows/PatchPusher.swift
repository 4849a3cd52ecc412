// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// skopeo, buildah, podman and crane: HEAD twice, POST, the whole blob in one PATCH with its length, an empty PUT.
struct PatchPusher: SessionPusher {
    var form: ImageForm { .oci }
    var manner: ClientManner { .skopeo }

    func send(_ blob: TestBlob, in session: inout UploadSession) async throws(TransportError) -> UploadStop? {
        let headers: HTTPHeaders = ["Content-Type": MediaType.octetStream.rawValue]
        if let stop = try await session.patch(blob.bytes, headers: headers, framing: .length) { return stop }
        return try await session.finish(blob.digest)
    }
}
