// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import ImageStore
import LayerArchive
package import OCISpec
package import SystemPackage

/// The files of an image as a folder: `--output type=local`.
package enum UnpackedImage {
    /// Puts the layers of an image of a layout on top of what is in a folder, which is made when missing.
    ///
    /// Without root, owners are not kept. After a throw the folder has a part of the files.
    package static func write(
        _ manifest: Descriptor, of store: ImageLayout, to folder: FilePath
    ) async throws(BuildError) {
        try await BuildError.wrapStore {
            let bytes = try await store.read(manifest, limitBytes: 8 << 20)
            let parsed = try Manifest(
                bytes, mediaType: manifest.mediaType, algorithm: manifest.digest.algorithm ?? .sha256)
            guard case .image(let image) = parsed.content else { return }
            try await BlockingThread.run {
                try Folder.create(folder)
                let extractor = LayerExtractor(root: folder)
                for layer in image.layers { try extractor.apply(store.path(of: layer.digest)) }
            }
        }
    }
}
