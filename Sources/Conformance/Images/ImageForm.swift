// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The family of media types in which an image is written.
enum ImageForm: String, Sendable {
    case docker
    case oci

    var manifest: MediaType { self == .docker ? .dockerManifest : .ociManifest }
    var config: MediaType { self == .docker ? .dockerConfig : .ociConfig }
    var layer: MediaType { self == .docker ? .dockerLayerGzip : .ociLayerGzip }
}
