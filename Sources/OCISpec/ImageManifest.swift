// SPDX-License-Identifier: Apache-2.0

/// An image for one platform, or an artifact: a configuration and layers.
///
/// Docker's schema 2 manifest has the same shape and is read with this type too.
///
/// Source: image-spec 1.1, manifest.md.
package struct ImageManifest: Hashable, Sendable, Codable {
    /// Always 2.
    package var schemaVersion = 2
    package var mediaType: MediaType?
    package var artifactType: MediaType?
    package var config: Descriptor
    /// The base layer first.
    package var layers: [Descriptor]
    /// The manifest that this one refers to.
    package var subject: Descriptor?
    package var annotations: [String: String]?

    package init(mediaType: MediaType = .ociManifest, config: Descriptor, layers: [Descriptor]) {
        self.mediaType = mediaType
        self.config = config
        self.layers = layers
    }
}
