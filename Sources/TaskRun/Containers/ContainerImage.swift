// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import ImageBuild
import ImageStore
import OCISpec
import RegistryClient

/// An image that a container can start from.
struct ContainerImage: Sendable {
    let reference: Reference
    let manifest: Descriptor
    let config: ImageConfig
    let layers: [RootLayer]
}

/// Finds images for containers: in the local store first, then in registries.
struct ContainerImages: Sendable {
    static let documentLimitBytes = 8 << 20

    let store: ImageLayout
    let registries: RegistryConnector

    /// `name`: as people write it: aliases and search registries count.
    func image(_ name: String, platform: Platform, asksRegistryFirst: Bool) async throws -> ContainerImage {
        let reference = try await local(name) ?? Reference(name)
        let images = StoredBaseImages(
            store: store, registries: registries, asksRegistryFirst: asksRegistryFirst)
        var refusal: (any Error)?
        let candidates =
            try store.resolve(reference.description) == nil
            ? try registries.candidates(for: name) : [reference]
        for candidate in candidates {
            do {
                return try await read(
                    try await images.fetch(candidate, platform: platform), candidate, platform)
            } catch let error where !(error is CancellationError) {
                refusal = refusal ?? error
            }
        }
        throw StepFailure(
            "cannot get the image \(reference): \(refusal.map { "\($0)" } ?? "no registry has it")")
    }

    /// The first meaning of the name that the store has.
    private func local(_ name: String) async throws -> Reference? {
        for candidate in [try Reference(name)] + (try registries.candidates(for: name))
        where try await store.find(candidate.description) != nil {
            return candidate
        }
        return nil
    }

    private func read(
        _ found: Descriptor, _ reference: Reference, _ platform: Platform
    ) async throws -> ContainerImage {
        let fetched = try await manifest(found, platform)
        let config = try JSONDocument.decode(
            ImageConfig.self,
            from: try await store.read(fetched.image.config, limitBytes: Self.documentLimitBytes),
            noun: "image configuration")
        guard config.rootfs.diffIDs.count == fetched.image.layers.count else {
            throw StepFailure(
                "the image \(reference) is no image of a container: layers and diffIDs differ in number")
        }
        let layers = zip(config.rootfs.diffIDs, fetched.image.layers).map {
            RootLayer(diffID: $0, file: store.path(of: $1.digest))
        }
        return ContainerImage(
            reference: reference, manifest: fetched.descriptor, config: config, layers: layers)
    }

    private func manifest(
        _ found: Descriptor, _ platform: Platform
    ) async throws -> (descriptor: Descriptor, image: ImageManifest) {
        let bytes = try await store.read(found, limitBytes: Self.documentLimitBytes)
        switch try Manifest(bytes, mediaType: found.mediaType, algorithm: found.digest.algorithm ?? .sha256)
            .content
        {
        case .image(let image): return (found, image)
        case .index(let index):
            guard let chosen = index.manifest(for: platform) else {
                throw StepFailure("the image has nothing for \(platform)")
            }
            return try await manifest(chosen, platform)
        }
    }
}
