// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// skopeo, buildah and podman, or crane: HEAD, POST, the whole blob in one PATCH with its length, and a PUT that has a
/// type and no body.
struct PatchPusher: SessionPusher {
    let manner: ClientManner

    var form: ImageForm { .oci }

    /// crane says a type of no body.
    var startHeaders: HTTPHeaders {
        if case .nameFirst = manner.look { ["Content-Type": "application/json"] } else { HTTPHeaders() }
    }

    /// skopeo looks for a layer twice: where it would reuse it, and where it uploads it.
    func looks(for blob: TestBlob) -> Int {
        blob.mediaType == form.config.rawValue ? 1 : manner.blobLooks
    }

    func send(_ blob: TestBlob, in session: inout UploadSession) async throws(TransportError) -> UploadStop? {
        let headers: HTTPHeaders = ["Content-Type": MediaType.octetStream.rawValue]
        if let stop = try await session.patch(blob.bytes, headers: headers, framing: .length) { return stop }
        return try await session.finish(blob.digest, headers: headers)
    }
}
