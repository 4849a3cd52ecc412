// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec

/// An image from elsewhere, as a stage can begin with it.
struct FetchedImage: Sendable {
    struct Key: Hashable, Sendable {
        let name: ImageName
        let platform: Platform
    }

    let state: StageState
    /// Of the manifest that the name stood for: of the index, where it was one.
    let digest: Digest
    /// False where its configuration leaves open what it is for: then it is for what was asked for.
    let saysPlatform: Bool
    /// nil for an image of a layout on this machine.
    var reference: Reference?

    var dependency: BuiltImage.Dependency? {
        reference.map { BuiltImage.Dependency(reference: $0, digest: digest) }
    }

    private static let limitBytes = 16 << 20

    /// Finds an image, puts it into the store, and reads what it is.
    static func fetch(
        _ key: Key, from bases: any BaseImages, into store: ImageLayout, _ settings: CopySettings
    ) async throws -> FetchedImage {
        switch key.name.place {
        case .layout(let folder, let name):
            let layout = try ImageLayout(folder)
            let root = try await layout.image(named: name)
            try await copyGraph([root], from: layout, to: store, settings)
            return try await read(root, for: key.platform, from: store)
        case .registry(let reference):
            let isFull = reference.description == key.name.text
            let reference = isFull ? reference : try await bases.reference(for: key.name.text)
            let descriptor = try await bases.fetch(reference, platform: key.platform, settings)
            var image = try await read(descriptor, for: key.platform, from: store)
            image.reference = reference
            return image
        }
    }

    /// Reads manifest and configuration from the store.
    ///
    /// - Throws: ``OtherPlatform`` when it is not for `platform`; ``InvalidValue`` when the image is not one, or
    ///   its configuration lists another number of layers.
    static func read(
        _ descriptor: Descriptor, for platform: Platform, from store: ImageLayout
    ) async throws -> FetchedImage {
        let manifest = try await imageManifest(descriptor, for: platform, from: store)
        let bytes = try await store.read(manifest.config, limitBytes: limitBytes)
        var config = try JSONDocument.decode(ImageConfig.self, from: bytes, noun: "image configuration")
        let said = config.platform
        config.platform = said.completed(by: platform)
        guard config.platform.satisfies(platform) else {
            throw OtherPlatform(found: [said], wanted: platform)
        }
        guard config.rootfs.diffIDs.count == manifest.layers.count else {
            throw InvalidValue(
                "image configuration", "\(manifest.config.digest)",
                "it lists \(config.rootfs.diffIDs.count) layers, the manifest \(manifest.layers.count)")
        }
        return FetchedImage(
            state: StageState(config, layers: manifest.layers), digest: descriptor.digest,
            saysPlatform: said == config.platform)
    }

    private static func imageManifest(
        _ descriptor: Descriptor, for platform: Platform, from store: ImageLayout
    ) async throws -> ImageManifest {
        let bytes = try await store.read(descriptor, limitBytes: limitBytes)
        switch try Manifest(bytes, mediaType: descriptor.mediaType).content {
        case .image(let image): return image
        case .index(let index):
            guard let child = index.manifest(for: platform), child.mediaType.isImageManifest else {
                throw OtherPlatform(found: index.manifests.compactMap(\.platform), wanted: platform)
            }
            return try await imageManifest(child, for: platform, from: store)
        }
    }
}

extension ImageLayout {
    /// The image of a name or digest; for nil, the only one that the layout has.
    fileprivate func image(named name: String?) async throws -> Descriptor {
        let roots = try await BlockingThread.run { try self.roots() }
        guard let name else {
            guard let only = roots.first, roots.count == 1 else {
                throw Problem("\(folder) has \(roots.count) images: say which, \(folder):NAME")
            }
            return only
        }
        if let found = try await find(name) ?? roots.first(where: { "\($0.digest)" == name }) { return found }
        throw Problem("\(folder) has no image \(name)")
    }
}

extension Platform {
    /// What is left open, as `crane append` does, is what is wanted; an image of our own says it.
    ///
    /// Source: BuildKit, which takes such images.
    fileprivate func completed(by wanted: Platform) -> Platform {
        var platform = self
        if os.isEmpty { platform.os = wanted.os }
        guard architecture.isEmpty, platform.os == wanted.os else { return platform }
        platform.architecture = wanted.architecture
        platform.variant = variant ?? wanted.variant
        return platform
    }
}
