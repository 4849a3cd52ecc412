// SPDX-License-Identifier: Apache-2.0

/// A manifest's raw bytes together with what they say.
///
/// The bytes are what is stored and sent; they are never encoded again.
package struct Manifest: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case image(ImageManifest)
        case index(ImageIndex)
    }

    package let bytes: [UInt8]
    package let content: Content
    /// Media type, digest and size of `bytes`.
    package let descriptor: Descriptor

    /// Reads a manifest.
    ///
    /// `mediaType` is the type that came with the bytes (`Content-Type`, or a descriptor's); a `mediaType` inside
    /// the bytes must be the same. `algorithm` is that of the digest that names the bytes.
    ///
    /// - Throws: ``InvalidValue`` when the bytes are not a manifest of that type, or a JSON text that others may
    ///   read in another way: not in UTF-8, with a byte order mark, or with a member that is there twice.
    package init(
        _ bytes: [UInt8], mediaType: MediaType, algorithm: DigestAlgorithm = .sha256
    ) throws(InvalidValue) {
        try InteroperableJSON.check(bytes, noun: "manifest")
        self.bytes = bytes
        descriptor = Descriptor(
            mediaType: mediaType, digest: Digest(of: bytes, algorithm: algorithm), size: Int64(bytes.count))
        let stated: MediaType?
        let version: Int
        if mediaType.isImageManifest {
            let image = try JSONDocument.decode(ImageManifest.self, from: bytes, noun: "manifest")
            (content, stated, version) = (.image(image), image.mediaType, image.schemaVersion)
        } else if mediaType.isIndex {
            let index = try JSONDocument.decode(ImageIndex.self, from: bytes, noun: "manifest")
            (content, stated, version) = (.index(index), index.mediaType, index.schemaVersion)
        } else {
            throw InvalidValue("manifest", mediaType.rawValue, Manifest.reason(against: mediaType))
        }
        guard version == 2 else {
            throw InvalidValue("manifest", "schemaVersion \(version)", "only schema version 2 is supported")
        }
        if let stated, stated != mediaType {
            throw InvalidValue(
                "manifest", stated.rawValue, "its mediaType differs from the \(mediaType) that it came with")
        }
        if let negative = children.first(where: { $0.size < 0 }) {
            throw InvalidValue("manifest", "\(negative.digest)", "its size \(negative.size) is negative")
        }
    }

    private static func reason(against mediaType: MediaType) -> String {
        mediaType.rawValue.hasPrefix("application/vnd.docker.distribution.manifest.v1+")
            ? "Docker's schema 1 is not read any more; have the image pushed again by a client of today"
            : "the media type is not one of a manifest"
    }

    /// A manifest of our own, encoded with sorted keys and no blanks.
    package init(_ content: Content) throws(InvalidValue) {
        switch content {
        case .image(let image):
            try self.init(JSONDocument.encode(image), mediaType: image.mediaType ?? .ociManifest)
        case .index(let index):
            try self.init(JSONDocument.encode(index), mediaType: index.mediaType ?? .ociIndex)
        }
    }

    /// What must be in a store before this manifest: configuration and layers, or manifests; not the subject.
    package var children: [Descriptor] {
        switch content {
        case .image(let image): [image.config] + image.layers
        case .index(let index): index.manifests
        }
    }

    /// True when `digest` is that of these bytes, under whichever algorithm that we compute.
    ///
    /// A registry may name by sha256 what came to it under a sha512 digest.
    package func isNamed(by digest: Digest) -> Bool {
        if digest == descriptor.digest { return true }
        guard let algorithm = digest.algorithm, algorithm != descriptor.digest.algorithm else { return false }
        return Digest(of: bytes, algorithm: algorithm) == digest
    }

    package var subject: Descriptor? {
        switch content {
        case .image(let image): image.subject
        case .index(let index): index.subject
        }
    }

    package var annotations: [String: String]? {
        switch content {
        case .image(let image): image.annotations
        case .index(let index): index.annotations
        }
    }

    /// The type of the artifact: `artifactType`, else the configuration's media type.
    ///
    /// Source: distribution-spec 1.1, "Listing referrers".
    package var artifactType: MediaType? {
        switch content {
        case .image(let image): image.artifactType ?? image.config.mediaType
        case .index(let index): index.artifactType
        }
    }
}
