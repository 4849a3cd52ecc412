// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
package import SystemPackage

/// The files of images that a build made, without the images: `--output type=local` and `type=tar`.
package struct ImageFiles: Sendable {
    let store: ImageLayout
    /// Knows what is in layers; nil reads them.
    let cache: BuildCache?
    let images: [BuiltImage.PlatformImage]
    /// Each platform has a folder of its own, `linux_amd64`.
    let splitsPlatforms: Bool

    private static let limitBytes = 8 << 20

    /// The files of `image`, which a build at `site` made.
    ///
    /// With nil for `splitsPlatforms` each has its folder where there are several.
    package init(of image: BuiltImage, at site: BuildSite, splitsPlatforms: Bool?) {
        (store, cache, images) = (site.store, site.cache, image.images)
        self.splitsPlatforms = splitsPlatforms ?? (images.count > 1)
    }

    /// Several platforms share one place.
    var isMerged: Bool { !splitsPlatforms && images.count > 1 }

    /// Puts the files on top of what is in a folder, which is made when missing.
    ///
    /// Without root, owners are not kept. All files are written before the first one gets its name: after a throw
    /// the folder is as it was, but for one that says otherwise.
    ///
    /// - Throws: Also where platforms that share the folder have files of one name.
    package func write(toFolder folder: FilePath) async throws(BuildError) {
        guard !isMerged else { return try await writeMerged(toFolder: folder) }
        try await BuildError.wrapStore {
            var parts: [(place: String?, layers: [FilePath])] = []
            for image in images {
                parts.append(
                    (place(of: image), try await layers(of: image).map { store.path(of: $0.digest) }))
            }
            try await Self.stage(for: folder) { [parts] root, checkCancellation in
                for part in parts {
                    let place = part.place.map { root.appending($0) } ?? root
                    try Folder.create(place)
                    let shown = part.place.map { folder.appending($0) } ?? folder
                    let extractor = LayerExtractor(root: place, named: shown)
                    for layer in part.layers {
                        try checkCancellation()
                        try extractor.apply(layer)
                    }
                }
            }
        }
    }

    /// Hands out a folder, whose files then become those of `folder`.
    static func stage(
        for folder: FilePath,
        _ fill: @escaping @Sendable (_ root: FilePath, _ checkCancellation: () throws -> Void) throws -> Void
    ) async throws {
        try await BlockingThread.runCancellable { checkCancellation in
            let files = try StagedFiles(for: folder)
            do {
                try fill(files.folder, checkCancellation)
                try checkCancellation()
            } catch {
                files.discard()
                throw error is CancellationError ? error : UnwrittenOutput(target: folder, cause: error)
            }
            do {
                try files.moveIntoPlace()
            } catch {
                throw UnwrittenOutput(target: folder, cause: error, isPartly: true)
            }
        }
    }

    /// Of one image, the base layer first.
    func layers(of image: BuiltImage.PlatformImage) async throws -> [Descriptor] {
        let descriptor = image.manifest
        let bytes = try await store.read(descriptor, limitBytes: Self.limitBytes)
        let manifest = try Manifest(
            bytes, mediaType: descriptor.mediaType, algorithm: descriptor.digest.algorithm ?? .sha256)
        guard case .image(let content) = manifest.content else { return [] }
        return content.layers
    }

    /// The folder of a platform's files; nil where they have none of their own.
    ///
    /// Source: BuildKit, whose names for them these are.
    func place(of image: BuiltImage.PlatformImage) -> String? {
        splitsPlatforms ? image.platform.description.replacing("/", with: "_") : nil
    }
}
