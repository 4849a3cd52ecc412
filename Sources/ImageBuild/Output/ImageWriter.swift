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
            return (images, images.count == 1 ? images[0].manifest : try index(of: images))
        }
        for tag in request.tags where try await store.find(tag.description)?.digest != root.digest {
            try await store.tag(root, as: tag.description)
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
        image.annotations = annotations(for: "manifest")
        let manifest = try store.store(Manifest(.image(image)).bytes, as: format.manifest)
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
        index.annotations = annotations(for: "index")
        return try store.store(Manifest(.index(index)).bytes, as: format.index)
    }

    /// Those whose key says `level:`, or says nothing; nil for none.
    private func annotations(for level: String) -> [String: String]? {
        var annotations: [String: String] = [:]
        for (key, value) in request.output.annotations {
            if key.hasPrefix(level + ":") {
                annotations[String(key.dropFirst(level.count + 1))] = value
            } else if !key.hasPrefix("index:"), !key.hasPrefix("manifest:") {
                annotations[key] = value
            }
        }
        return annotations.isEmpty ? nil : annotations
    }
}
