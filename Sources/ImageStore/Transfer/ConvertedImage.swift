// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// An image with manifests of another family over the same blobs.
///
/// Configuration and layers keep their bytes and digests; manifests name them with other media types, and so have
/// other digests than before.
package struct ConvertedImage: Sendable {
    /// The new manifest, without a platform or annotations of its own.
    package let root: Descriptor
    private let source: any BlobReader
    /// The new manifests.
    private var manifests: [Digest: [UInt8]] = [:]

    /// Reads the manifests under `root` and writes their counterparts, in memory.
    ///
    /// - Throws: What reading throws; ``InvalidValue`` when `format` has no name for a content.
    package init(_ root: Descriptor, in source: any BlobReader, as format: ImageFormat) async throws {
        self.source = source
        var manifests: [Digest: [UInt8]] = [:]
        self.root = try await ConvertedImage.convert(root, in: source, to: format, &manifests).identity
        self.manifests = manifests
    }

    private static func convert(
        _ descriptor: Descriptor, in source: any BlobReader, to format: ImageFormat,
        _ manifests: inout [Digest: [UInt8]]
    ) async throws -> Descriptor {
        let bytes = try await source.read(descriptor, limitBytes: 8 << 20)
        let old = try Manifest(
            bytes, mediaType: descriptor.mediaType, algorithm: descriptor.digest.algorithm ?? .sha256)
        let new: Manifest
        switch old.content {
        case .image(var image):
            image.mediaType = try rename(descriptor.mediaType, of: descriptor, in: format)
            image.config.mediaType = try rename(image.config.mediaType, of: image.config, in: format)
            image.layers = try image.layers.map { layer in
                var layer = layer
                layer.mediaType = try rename(layer.mediaType, of: layer, in: format)
                return layer
            }
            new = try Manifest(.image(image))
        case .index(var index):
            index.mediaType = try rename(descriptor.mediaType, of: descriptor, in: format)
            for (place, child) in index.manifests.enumerated() where child.mediaType.isManifest {
                guard manifests.count < 1_000 else {
                    throw InvalidValue("index", "\(descriptor.digest)", "it has more than 1,000 manifests")
                }
                index.manifests[place] = try await convert(child, in: source, to: format, &manifests)
            }
            new = try Manifest(.index(index))
        }
        manifests[new.descriptor.digest] = new.bytes
        var renamed = descriptor
        renamed.mediaType = new.descriptor.mediaType
        renamed.digest = new.descriptor.digest
        renamed.size = new.descriptor.size
        renamed.data = nil
        return renamed
    }

    private static func rename(
        _ mediaType: MediaType, of descriptor: Descriptor, in format: ImageFormat
    ) throws(InvalidValue) -> MediaType {
        guard let renamed = format.counterpart(of: mediaType) else {
            throw InvalidValue(
                "conversion", "\(descriptor.digest)", "\(format.rawValue) images have no \(mediaType)")
        }
        return renamed
    }
}

extension ConvertedImage: BlobReader {
    package func read(_ descriptor: Descriptor, limitBytes: Int) async throws -> [UInt8] {
        if let bytes = manifests[descriptor.digest] { return bytes }
        return try await source.read(descriptor, limitBytes: limitBytes)
    }

    package func transfer(
        _ descriptor: Descriptor, to writer: any BlobWriter, advancing: @escaping TransferProgress
    ) async throws -> TransferOutcome {
        guard let bytes = manifests[descriptor.digest] else {
            return try await source.transfer(descriptor, to: writer, advancing: advancing)
        }
        try await writer.write(descriptor, from: .bytes(bytes), advancing: advancing)
        return .moved
    }
}
