// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// Speaks to a registry as a real client does when it pushes an image.
protocol Pusher: Sendable {
    /// The form in which this client writes images.
    var form: ImageForm { get }

    /// What the client sends before the first blob. The answers decide nothing.
    func greet(_ image: TestImage, _ repository: RepositoryName, over wire: Wire) async throws(TransportError)

    /// Uploads one blob.
    ///
    /// - Returns: nil when the registry has the blob now; else the answer with which it stopped the upload.
    func upload(
        _ blob: TestBlob, to repository: RepositoryName, over wire: Wire
    ) async throws(TransportError) -> UploadStop?
}

extension Pusher {
    /// Pushes a whole image to a tag.
    func push(
        _ image: TestImage, to tag: Tag, of repository: RepositoryName, over wire: Wire
    ) async throws(TransportError) -> PushAnswer {
        if let stop = try await uploadBlobs(of: image, to: repository, over: wire) { return .upload(stop) }
        return .manifest(try await wire.send(manifestRequest(image, tag, repository, over: wire)))
    }

    func uploadBlobs(
        of image: TestImage, to repository: RepositoryName, over wire: Wire
    ) async throws(TransportError) -> UploadStop? {
        try await greet(image, repository, over: wire)
        for blob in image.blobs {
            if let stop = try await upload(blob, to: repository, over: wire) { return stop }
        }
        return nil
    }

    /// The request that claims the tag.
    func manifestRequest(
        _ image: TestImage, _ tag: Tag, _ repository: RepositoryName, over wire: Wire
    ) -> HTTPRequest {
        var request = wire.request(
            .put, .manifest(repository, .tag(tag)), headers: ["Content-Type": image.form.manifest.rawValue])
        request.body = .bytes(image.manifest.bytes)
        return request
    }
}
