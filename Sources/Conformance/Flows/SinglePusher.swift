// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// A client that sends a blob in one request, and falls back to a session where the registry begins one.
///
/// Source: distribution-spec 1.1, "Pushing a blob monolithically", "Single POST".
struct SinglePusher: Pusher {
    var form: ImageForm { .oci }
    var manner: ClientManner { .specification }

    func upload(
        _ blob: TestBlob, to repository: RepositoryName, over wire: Wire
    ) async throws(TransportError) -> UploadStop? {
        var request = wire.request(
            .post, .uploads(repository), headers: ["Content-Type": MediaType.octetStream.rawValue])
        request.url = request.url.adding("digest", "\(blob.digest)")
        request.body = .bytes(blob.bytes)
        let exchange = try await wire.send(request)
        guard exchange.status == 202 else { return exchange.response.isSuccess ? nil : UploadStop(exchange) }
        guard let session = UploadSession(exchange, repository, over: wire) else {
            return UploadStop(exchange, fault: "it does not say where to send the blob (Location)")
        }
        return try await session.finish(
            blob.digest, body: blob.bytes, headers: ["Content-Type": MediaType.octetStream.rawValue])
    }
}
