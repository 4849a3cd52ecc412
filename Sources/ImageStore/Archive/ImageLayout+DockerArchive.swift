// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import OCISpec
import SystemPackage

/// How far a `docker-archive` may go, and who hears of it.
struct SavedCopy {
    let limits: ArchiveLimits
    let report: (TransferEvent) -> Void
}

extension ImageLayout {
    /// Adds an image's configuration and its uncompressed layers to a `docker-archive`.
    ///
    /// - Returns: The image's element of `manifest.json`.
    func write(
        _ image: ImageArchive.Image, asSavedTo draft: inout ArchiveDraft, _ copy: SavedCopy,
        _ checkCancellation: () throws -> Void
    ) throws -> DockerArchiveItem {
        let (manifest, config, bytes) = try imageParts(image.descriptor, copy.limits)
        let configName = "\(Digest(of: bytes).encoded).json"
        try draft.add(configName, bytes)
        var layerNames: [String] = []
        for (layer, diffID) in zip(manifest.layers, config.rootfs.diffIDs) {
            let name = "\(diffID.encoded).tar"
            if !layerNames.contains(name) {
                copy.report(.started(layer))
                _ = try soundSource(of: layer, checkCancellation)
                try add(layer, diffID, as: name, to: &draft, copy)
                copy.report(.finished(layer))
            }
            layerNames.append(name)
        }
        let tags = image.names.map { (try? Reference($0).familiar) ?? $0 }
        return DockerArchiveItem(config: configName, repoTags: tags, layers: layerNames)
    }

    private func imageParts(
        _ descriptor: Descriptor, _ limits: ArchiveLimits
    ) throws -> (ImageManifest, ImageConfig, bytes: [UInt8]) {
        guard descriptor.mediaType.isImageManifest else { throw ImageStoreError.notOneImage(descriptor) }
        let content = try Manifest(
            bytes(of: descriptor, limitBytes: limits.documentBytes), mediaType: descriptor.mediaType,
            algorithm: descriptor.digest.algorithm ?? .sha256
        ).content
        guard case .image(let manifest) = content else { throw ImageStoreError.notOneImage(descriptor) }
        let bytes = try bytes(of: manifest.config, limitBytes: limits.documentBytes)
        let config = try JSONDocument.decode(ImageConfig.self, from: bytes, noun: "image configuration")
        guard config.rootfs.diffIDs.count == manifest.layers.count else {
            throw InvalidValue(
                "image configuration", "\(manifest.config.digest)",
                "it lists \(config.rootfs.diffIDs.count) layers, the manifest \(manifest.layers.count)")
        }
        return (manifest, config, bytes)
    }

    private func add(
        _ layer: Descriptor, _ diffID: Digest, as name: String, to draft: inout ArchiveDraft,
        _ copy: SavedCopy
    ) throws {
        guard layer.digest != diffID else {
            try draft.add(name, .file(path(of: layer.digest)), size: layer.size) {
                copy.report(.advanced(layer, .sending, bytes: $0))
            }
            return
        }
        let tar: UncompressedLayer
        let folder = try draft.folder()
        do {
            tar = try UncompressedLayer(
                of: path(of: layer.digest), in: folder, limitBytes: copy.limits.expandedBytes)
        } catch .file(let error) {
            // A full disk is no damage.
            throw ImageStoreError.file(error)
        } catch {
            throw ImageStoreError.damaged(layer.digest, reason: "cannot be unpacked: \(error)")
        }
        defer { try? Folder.remove(tar.file) }
        let algorithm = diffID.algorithm ?? .sha256
        let actual =
            algorithm == .sha256
            ? tar.digest : try ByteSource.file(tar.file, offset: 0, count: tar.size).digest(algorithm)
        guard actual == diffID else {
            throw ImageStoreError.layer(.differs(expected: diffID, actual: actual))
        }
        try draft.add(name, .file(tar.file), size: tar.size)
    }
}
