// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// containerd, when another repository of the registry has the blobs: it mounts each of them, and uploads what the
/// registry will not mount in the session that it begins instead.
///
/// Source: distribution-spec 1.1, "Mounting a blob from another repository".
struct MountPusher: Pusher {
    var form: ImageForm { .oci }
    var manner: ClientManner { .containerd }

    /// Where the blobs are uploaded first, beside the repository that gets the tag.
    static func source(of repository: RepositoryName) -> RepositoryName? {
        try? RepositoryName("\(repository)-source")
    }

    func upload(
        _ blob: TestBlob, to repository: RepositoryName, over wire: Wire
    ) async throws(TransportError) -> UploadStop? {
        let uploader = MonolithicPusher(form: .oci, manner: manner)
        guard let source = MountPusher.source(of: repository) else {
            return try await uploader.upload(blob, to: repository, over: wire)
        }
        if let stop = try await uploader.upload(blob, to: source, over: wire) { return stop }
        var request = wire.request(.post, .uploads(repository))
        request.url = request.url.adding("mount", "\(blob.digest)").adding("from", "\(source)")
        request.scopes = [TokenScope(source, [.pull])]
        let exchange = try await wire.send(request)
        guard exchange.status == 202 else { return exchange.response.isSuccess ? nil : UploadStop(exchange) }
        guard var session = UploadSession(exchange, repository, over: wire) else {
            return UploadStop(exchange, fault: "it does not say where to send the blob (Location)")
        }
        return try await uploader.send(blob, in: &session)
    }
}
