// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Docker Engine with its classic store: POST, one PATCH in chunked transfer coding without `Content-Type` and
/// `Content-Range`, an empty PUT, then HEAD; the configuration is asked for first, a new layer is not.
struct DockerPusher: SessionPusher {
    let form: ImageForm

    var manner: ClientManner { .docker }

    func looks(for blob: TestBlob) -> Int { blob.mediaType == MediaType.dockerConfig.rawValue ? 1 : 0 }

    func send(_ blob: TestBlob, in session: inout UploadSession) async throws(TransportError) -> UploadStop? {
        if let stop = try await session.patch(blob.bytes, headers: HTTPHeaders(), framing: .chunked) {
            return stop
        }
        if let stop = try await session.finish(blob.digest) { return stop }
        let wire = session.wire
        let exchange = try await wire.send(wire.request(.head, .blob(session.repository, blob.digest)))
        guard !exchange.response.isSuccess else { return nil }
        return UploadStop(exchange, fault: "the blob that it has just taken is not there")
    }
}
