// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec

/// Writes what the stages have become as an image, for several platforms as an index, and gives it its names.
struct ImageWriter {
    let store: ImageLayout
    let request: BuildRequest
    /// What the build did: of it the image keeps what made its layers, where that is asked for.
    let steps: [StepKey: StepRecord]

    private var format: ImageFormat { request.output.format }

    func write(_ results: [BuildRun.Result]) async throws -> BuiltImage {
        let (images, root) = try await BlockingThread.run { [self] in
            let images = try results.map { try image(of: $0) }
            let isAlone = images.count == 1 && !request.output.alwaysHasIndex
            return (images, isAlone ? images[0].manifest : try index(of: images))
        }
        for tag in request.tags {
            let isNamed = try await store.find(tag.description)?.digest == root.digest
            if !isNamed || root.annotations != nil { try await store.tag(root, as: tag.description) }
        }
        var dependencies: [BuiltImage.Dependency] = []
        for dependency in results.flatMap(\.dependencies) where !dependencies.contains(dependency) {
            dependencies.append(dependency)
        }
        return BuiltImage(
            manifest: root, config: images[0].config, images: images, base: results[0].base,
            dependencies: dependencies)
    }

    // MARK: Blocking

    private func image(of result: BuildRun.Result) throws -> BuiltImage.PlatformImage {
        var config = result.state.config
        config.created = Timestamp.rfc3339(request.created)
        if !request.output.labels.isEmpty {
            var container = result.state.container
            container.labels = (container.labels ?? [:]).merging(request.output.labels) { $1 }
            config.config = container
        }
        // What a base image says is about its own build.
        config.unknown[CacheDocument.memberName] = nil
        if request.caching.isInline {
            let document = CacheDocument(steps, of: result.state.layers)
            config.unknown[CacheDocument.memberName] = try document.jsonValue()
        }
        let configuration = try store.store(JSONDocument.encode(config), as: format.config)
        var image = ImageManifest(
            mediaType: format.manifest, config: configuration,
            layers: result.state.layers.map { format.layer($0) })
        image.annotations = annotations(.manifest, of: config.platform)
        var manifest = try store.store(Manifest(.image(image)).bytes, as: format.manifest)
        manifest.annotations = annotations(.manifestDescriptor, of: config.platform)
        return BuiltImage.PlatformImage(
            platform: config.platform, manifest: manifest, config: configuration)
    }

    private func index(of images: [BuiltImage.PlatformImage]) throws -> Descriptor {
        var index = ImageIndex(
            mediaType: format.index,
            manifests: images.map { image in
                var descriptor = image.manifest
                descriptor.platform = image.platform
                return descriptor
            })
        index.annotations = annotations(.index)
        var root = try store.store(Manifest(.index(index)).bytes, as: format.index)
        root.annotations = annotations(.indexDescriptor)
        return root
    }

    /// Those of a level, for all platforms or for this one, which count more; nil for none.
    private func annotations(
        _ level: ImageAnnotation.Level, of platform: Platform? = nil
    ) -> [String: String]? {
        let ofLevel = request.output.annotations.filter { $0.key.level == level }
        var annotations: [String: String] = [:]
        for wanted in platform == nil ? [nil] : [nil, platform] {
            for (annotation, value) in ofLevel where annotation.platform == wanted {
                annotations[annotation.name] = value
            }
        }
        return annotations.isEmpty ? nil : annotations
    }
}
