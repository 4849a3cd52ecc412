// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import SystemPackage

/// Images that are right and rarely met, in a layout under their own names.
enum OddImages: String, CaseIterable, Sendable {
    case index
    case list
    case manyLayers
    case noLayers
    case sameLayers
    case zstdLayers
    case nestedIndex
    case artifact
    case foreignLayer

    /// Makes the image in a layout, under its name.
    func make(in layout: ImageLayout) async throws {
        try await layout.tag(root(in: layout), as: rawValue)
    }

    private func root(in layout: ImageLayout) throws -> Descriptor {
        switch self {
        case .index: try OddImages.storeIndex(in: layout, .ociIndex)
        case .list: try OddImages.storeIndex(in: layout, .dockerManifestList)
        case .nestedIndex:
            try OddImages.store(
                .index(ImageIndex(manifests: [OddImages.storeIndex(in: layout, .ociIndex)])), in: layout)
        case .manyLayers: try OddImages.storeImage((1...127).map { "layer \($0)" }, in: layout)
        case .noLayers: try OddImages.storeImage([], in: layout)
        case .sameLayers: try OddImages.storeImage(["same", "same", "same"], in: layout)
        case .zstdLayers: try OddImages.storeImage(["one", "two"], .ociLayerZstd, in: layout)
        case .artifact: try OddImages.storeArtifact(in: layout)
        case .foreignLayer: try OddImages.storeForeign(in: layout)
        }
    }

    private static func store(_ content: Manifest.Content, in layout: ImageLayout) throws -> Descriptor {
        let manifest = try Manifest(content)
        return try layout.store(manifest.bytes, as: manifest.descriptor.mediaType)
    }

    /// Layers of any bytes: nobody who only moves them looks inside.
    private static func storeImage(
        _ layers: [String], _ layerType: MediaType = .ociLayer, for platform: Platform = .host,
        in layout: ImageLayout
    ) throws -> Descriptor {
        let isDocker = layerType == .dockerLayerGzip
        let stored = try layers.map { try layout.store(Array($0.utf8), as: layerType) }
        let variant = platform.variant.map { #","variant":"\#($0)""# } ?? ""
        let config = """
            {"architecture":"\(platform.architecture)","os":"linux"\(variant),"config":{},\
            "rootfs":{"type":"layers","diff_ids":[\(stored.map { "\"\($0.digest)\"" }.joined(separator: ","))]}}
            """
        let type: MediaType = isDocker ? .dockerConfig : .ociConfig
        let manifest = ImageManifest(
            mediaType: isDocker ? .dockerManifest : .ociManifest,
            config: try layout.store(Array(config.utf8), as: type), layers: stored)
        return try store(.image(manifest), in: layout)
    }

    /// Images for three platforms.
    private static func storeIndex(in layout: ImageLayout, _ type: MediaType) throws -> Descriptor {
        let layerType: MediaType = type == .ociIndex ? .ociLayer : .dockerLayerGzip
        let images = try ["linux/amd64", "linux/arm64", "linux/arm/v6"].map { name in
            let platform = try Platform(name)
            var image = try OddImages.storeImage(["for \(name)"], layerType, for: platform, in: layout)
            image.platform = platform
            return image
        }
        return try store(.index(ImageIndex(mediaType: type, manifests: images)), in: layout)
    }

    private static func storeArtifact(in layout: ImageLayout) throws -> Descriptor {
        _ = try layout.store(Array("{}".utf8), as: .ociEmptyJSON)
        let file = try layout.store(Array("a report".utf8), as: MediaType("text/plain"))
        var manifest = ImageManifest(config: .emptyJSON, layers: [file])
        manifest.artifactType = try MediaType("application/vnd.test.report")
        manifest.annotations = [AnnotationKey.title: "report.txt"]
        return try store(.image(manifest), in: layout)
    }

    /// A layer that is not for distribution, and not there.
    private static func storeForeign(in layout: ImageLayout) throws -> Descriptor {
        var foreign = Descriptor(mediaType: .dockerForeignLayerGzip, of: Array("not here".utf8))
        foreign.urls = ["https://elsewhere.example/layer"]
        let config = try layout.store(
            Array(#"{"architecture":"amd64","os":"linux"}"#.utf8), as: .dockerConfig)
        let own = try layout.store(Array("here".utf8), as: .dockerLayerGzip)
        return try store(
            .image(ImageManifest(mediaType: .dockerManifest, config: config, layers: [foreign, own])),
            in: layout)
    }
}
