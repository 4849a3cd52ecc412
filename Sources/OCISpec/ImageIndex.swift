// SPDX-License-Identifier: Apache-2.0

/// Manifests under one name, usually one for each platform.
///
/// Docker's manifest list has the same shape and is read with this type too.
///
/// Source: image-spec 1.1, image-index.md.
package struct ImageIndex: Hashable, Sendable, Codable {
    /// Always 2.
    package var schemaVersion = 2
    package var mediaType: MediaType?
    package var artifactType: MediaType?
    package var manifests: [Descriptor]
    package var subject: Descriptor?
    package var annotations: [String: String]?

    package init(mediaType: MediaType = .ociIndex, manifests: [Descriptor]) {
        self.mediaType = mediaType
        self.manifests = manifests
    }

    /// The manifest that runs on `platform` best, the first of those that are equal.
    package func manifest(for platform: Platform) -> Descriptor? {
        manifests.filter { $0.platform?.satisfies(platform) ?? false }
            .max { ($0.platform?.level ?? 0) < ($1.platform?.level ?? 0) }
    }
}
