// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// Which family of media types an image's manifests have.
package enum ImageFormat: String, Sendable, CaseIterable {
    case oci
    case docker

    /// The family that a manifest is of; nil for what is none.
    package init?(_ mediaType: MediaType) {
        switch mediaType {
        case .ociManifest, .ociIndex: self = .oci
        case .dockerManifest, .dockerManifestList: self = .docker
        default: return nil
        }
    }

    /// The same kind of content in this family; nil when it has no such thing.
    ///
    /// Contents that belong to no family (artifacts, their blobs) stay as they are.
    ///
    /// Source: image-spec 1.1, media-types.md, "Compatibility Matrix".
    package func counterpart(of mediaType: MediaType) -> MediaType? {
        let pairs: [(docker: MediaType?, oci: MediaType)] = [
            (.dockerManifest, .ociManifest), (.dockerManifestList, .ociIndex), (.dockerConfig, .ociConfig),
            (.dockerLayer, .ociLayer), (.dockerLayerGzip, .ociLayerGzip), (.dockerLayerZstd, .ociLayerZstd),
            (.dockerForeignLayer, .ociNondistributableLayer),
            (.dockerForeignLayerGzip, .ociNondistributableLayerGzip), (nil, .ociNondistributableLayerZstd),
        ]
        guard let pair = pairs.first(where: { $0.docker == mediaType || $0.oci == mediaType }) else {
            return mediaType
        }
        return self == .oci ? pair.oci : pair.docker
    }
}
