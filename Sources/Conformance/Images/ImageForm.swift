// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The family of media types, and the shape, in which a test image is written.
///
/// All forms of one image have the same file in their layers.
enum ImageForm: String, CaseIterable, Sendable {
    case docker
    case oci
    /// An OCI manifest with `artifactType`, the empty configuration and a text, as ORAS and Helm push.
    case artifact
    /// An index of an image and its provenance, as BuildKit pushes.
    case ociIndex = "oci-index"
    /// A manifest list of two platforms.
    case dockerList = "docker-list"
    /// The manifest of ``oci`` with blanks between its members: other bytes, the same meaning.
    case ociIndented = "oci-indented"
    /// The manifest of ``oci`` that names its blobs by sha512.
    case ociSHA512 = "oci-sha512"
    /// An image without layers.
    case ociEmpty = "oci-empty"
    /// An index without entries.
    case ociEmptyIndex = "oci-empty-index"
    /// An unsigned manifest of version 2, schema 1, which converting clients fall back to.
    case dockerSchema1 = "docker-schema1"

    /// The content type of the manifest.
    var manifest: String {
        switch self {
        case .docker: MediaType.dockerManifest.rawValue
        case .oci, .artifact, .ociEmpty, .ociIndented, .ociSHA512: MediaType.ociManifest.rawValue
        case .ociIndex, .ociEmptyIndex: MediaType.ociIndex.rawValue
        case .dockerList: MediaType.dockerManifestList.rawValue
        case .dockerSchema1: "application/vnd.docker.distribution.manifest.v1+json"
        }
    }

    var config: MediaType { isDocker ? .dockerConfig : .ociConfig }
    var layer: MediaType { isDocker ? .dockerLayerGzip : .ociLayerGzip }

    /// True for a manifest that may have annotations.
    var hasAnnotations: Bool { !isDocker }

    private var isDocker: Bool { [.docker, .dockerList, .dockerSchema1].contains(self) }
}
