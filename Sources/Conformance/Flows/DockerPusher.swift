// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// Docker Engine with its classic store: HEAD, POST, one PATCH in chunked transfer coding without
/// `Content-Type` and `Content-Range`, an empty PUT, HEAD again; then the manifest as schema 2.
struct DockerPusher: SessionPusher {
    var form: ImageForm { .docker }

    func greet(
        _ image: TestImage, _ repository: RepositoryName, over wire: Wire
    ) async throws(TransportError) {
        _ = try await wire.send(wire.request(.get, .base))
    }

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
