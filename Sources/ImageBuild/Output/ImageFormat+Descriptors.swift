// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec

extension ImageFormat {
    var manifest: MediaType { self == .oci ? .ociManifest : .dockerManifest }
    var index: MediaType { self == .oci ? .ociIndex : .dockerManifestList }
    var config: MediaType { self == .oci ? .ociConfig : .dockerConfig }

    /// A layer under this family's name for its type; one that has no such name stays as it is.
    func layer(_ layer: Descriptor) -> Descriptor {
        var layer = layer
        layer.mediaType = counterpart(of: layer.mediaType) ?? layer.mediaType
        return layer
    }
}
