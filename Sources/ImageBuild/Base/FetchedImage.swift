// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec

/// An image from elsewhere, as a stage can begin with it.
struct FetchedImage: Sendable {
    struct Key: Hashable {
        let reference: Reference
        let platform: Platform
    }

    let state: StageState
    /// Of the manifest that the name stood for: of the index, where it was one.
    let digest: Digest

    private static let limitBytes = 16 << 20

    /// Reads manifest and configuration from the store.
    ///
    /// - Throws: ``OtherPlatform`` when it is not for `platform`; ``InvalidValue`` when the image is not one, or
    ///   its configuration lists another number of layers.
    static func read(
        _ descriptor: Descriptor, for platform: Platform, from store: ImageLayout
    ) async throws -> FetchedImage {
        let manifest = try await imageManifest(descriptor, for: platform, from: store)
        let bytes = try await store.read(manifest.config, limitBytes: limitBytes)
        let config = try JSONDocument.decode(ImageConfig.self, from: bytes, noun: "image configuration")
        guard config.platform.satisfies(platform) else {
            throw OtherPlatform(found: [config.platform], wanted: platform)
        }
        guard config.rootfs.diffIDs.count == manifest.layers.count else {
            throw InvalidValue(
                "image configuration", "\(manifest.config.digest)",
                "it lists \(config.rootfs.diffIDs.count) layers, the manifest \(manifest.layers.count)")
        }
        return FetchedImage(state: StageState(config, layers: manifest.layers), digest: descriptor.digest)
    }

    private static func imageManifest(
        _ descriptor: Descriptor, for platform: Platform, from store: ImageLayout
    ) async throws -> ImageManifest {
        let bytes = try await store.read(descriptor, limitBytes: limitBytes)
        switch try Manifest(bytes, mediaType: descriptor.mediaType).content {
        case .image(let image): return image
        case .index(let index):
            guard
                let child = index.manifests.first(where: {
                    $0.mediaType.isImageManifest && $0.platform?.satisfies(platform) ?? false
                })
            else {
                throw OtherPlatform(found: index.manifests.compactMap(\.platform), wanted: platform)
            }
            return try await imageManifest(child, for: platform, from: store)
        }
    }
}
