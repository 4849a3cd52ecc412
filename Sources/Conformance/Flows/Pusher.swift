// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// Speaks to a registry as a real client does when it pushes an image.
protocol Pusher: Sendable {
    /// The form in which this client writes images.
    var form: ImageForm { get }
    var manner: ClientManner { get }

    /// Uploads one blob.
    ///
    /// - Returns: nil when the registry has the blob now; else the answer with which it stopped the upload.
    func upload(
        _ blob: TestBlob, to repository: RepositoryName, over wire: Wire
    ) async throws(TransportError) -> UploadStop?
}

extension Pusher {
    /// Pushes a whole image under a name: a tag, or its digest.
    func push(
        _ image: TestImage, as name: RegistryRoute.ManifestReference, of repository: RepositoryName,
        over wire: Wire
    ) async throws(TransportError) -> PushAnswer {
        if let stop = try await uploadContent(of: image, to: repository, over: wire, claiming: name) {
            return .upload(stop)
        }
        let wire = manner.wire(wire)
        // The answer decides nothing about a tag.
        if case .nameLast = manner.look { _ = try await hasFound(image, as: name, repository, over: wire) }
        return .manifest(try await wire.send(manifestRequest(image, name, repository, over: wire)))
    }

    /// Uploads all that the manifest names: blobs, and the manifests of an index by their digests.
    ///
    /// A client that looks for the name of the manifest before all else does so when it is given one.
    ///
    /// - Returns: nil when the registry has it all; else the answer with which it stopped.
    func uploadContent(
        of image: TestImage, to repository: RepositoryName, over plain: Wire,
        claiming name: RegistryRoute.ManifestReference? = nil
    ) async throws(TransportError) -> UploadStop? {
        let wire = manner.wire(plain)
        if manner.pings { _ = try await wire.send(wire.request(.get, .base)) }
        if let first = firstLook(for: image, name) {
            _ = try await hasFound(image, as: first, repository, over: wire)
        }
        for blob in image.allBlobs {
            if let stop = try await upload(blob, to: repository, over: wire) { return stop }
        }
        for child in image.manifests.dropLast() {
            let name = RegistryRoute.ManifestReference.digest(child.manifest.digest)
            if case .nameLast = manner.look,
                try await hasFound(child, as: name, repository, over: wire)
            {
                continue
            }
            let exchange = try await wire.send(manifestRequest(child, name, repository, over: wire))
            guard exchange.response.isSuccess else { return UploadStop(exchange) }
        }
        return nil
    }

    /// The request that stores a manifest, and claims the tag when it goes by one.
    func manifestRequest(
        _ image: TestImage, _ name: RegistryRoute.ManifestReference, _ repository: RepositoryName,
        over wire: Wire
    ) -> HTTPRequest {
        var request = wire.request(
            .put, .manifest(repository, name), headers: ["Content-Type": image.manifest.mediaType])
        request.body = .bytes(image.manifest.bytes)
        return request
    }

    /// What a client looks for before all else.
    private func firstLook(
        for image: TestImage, _ name: RegistryRoute.ManifestReference?
    ) -> RegistryRoute.ManifestReference? {
        switch manner.look {
        case .digestFirst: .digest(image.manifest.digest)
        case .nameFirst: name
        case .nothing, .nameLast: nil
        }
    }

    private func hasFound(
        _ image: TestImage, as name: RegistryRoute.ManifestReference, _ repository: RepositoryName,
        over wire: Wire
    ) async throws(TransportError) -> Bool {
        let headers = manner.looking(forManifest: image.manifest.mediaType)
        return try await wire.send(wire.request(.head, .manifest(repository, name), headers: headers))
            .response.isSuccess
    }
}
