// SPDX-License-Identifier: Apache-2.0

/// A content named before it moves: its type, digest and size.
///
/// Source: image-spec 1.1, descriptor.md.
package struct Descriptor: Hashable, Sendable, Codable {
    package var mediaType: MediaType
    package var digest: Digest
    /// In bytes, at least 0.
    package var size: Int64
    package var urls: [String]?
    package var annotations: [String: String]?
    package var platform: Platform?
    /// The type of the artifact when this names one.
    package var artifactType: MediaType?
    /// The content itself in Base64, when it is embedded.
    package var data: String?

    package init(mediaType: MediaType, digest: Digest, size: Int64) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
    }

    /// Names bytes in memory.
    package init(mediaType: MediaType, of bytes: [UInt8]) {
        self.init(mediaType: mediaType, digest: Digest(of: bytes), size: Int64(bytes.count))
    }

    /// The same content with nothing but what identifies it.
    package var identity: Descriptor { Descriptor(mediaType: mediaType, digest: digest, size: size) }

    /// The content `{}`, for an artifact without a configuration.
    ///
    /// Source: image-spec 1.1, manifest.md, "Guidance for an Empty Descriptor".
    package static let emptyJSON: Descriptor = {
        var descriptor = Descriptor(mediaType: .ociEmptyJSON, of: Array("{}".utf8))
        descriptor.data = "e30="
        return descriptor
    }()

    /// The name under which a layout's index knows this content.
    package static let refNameAnnotation = AnnotationKey.refName
}
