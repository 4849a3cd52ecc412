// SPDX-License-Identifier: Apache-2.0

import ImageStore
import LayerArchive
import OCISpec
import SystemPackage

/// Images that tests put into stores.
enum SampleImage {
    /// Stores an image of one layer with one file, and gives its manifest.
    static func store(
        in layout: ImageLayout, text: String = "hello", compression: LayerCompression = .standard
    ) throws -> Descriptor {
        let writer = try LayerWriter(in: layout.temporary, compression: compression)
        let bytes = Array(text.utf8)
        try writer.append(LayerEntry("etc", .directory, mode: 0o755))
        try writer.append(
            LayerEntry("etc/motd", .file(size: Int64(bytes.count)), mode: 0o644), content: .bytes(bytes))
        let layer = try writer.finish()
        let layerDescriptor = try layout.store(layer)
        let config = """
            {"architecture":"amd64","os":"linux","config":{},"history":[{"created_by":"stet"}],\
            "rootfs":{"type":"layers","diff_ids":["\(layer.diffID)"]}}
            """
        let configDescriptor = try layout.store(Array(config.utf8), as: .ociConfig)
        let manifest = try Manifest(
            .image(ImageManifest(config: configDescriptor, layers: [layerDescriptor])))
        return try layout.store(manifest.bytes, as: .ociManifest)
    }

    /// Stores an index of images.
    static func store(index manifests: [Descriptor], in layout: ImageLayout) throws -> Descriptor {
        let manifest = try Manifest(.index(ImageIndex(manifests: manifests)))
        return try layout.store(manifest.bytes, as: .ociIndex)
    }
}
