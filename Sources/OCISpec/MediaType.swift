// SPDX-License-Identifier: Apache-2.0

/// The type of a content, without parameters.
///
/// Sources: RFC 6838 section 4.2; image-spec 1.1, media-types.md; Docker image manifest version 2, schema 2.
package struct MediaType: Hashable, Sendable {
    package let rawValue: String

    private init(known rawValue: String) {
        self.rawValue = rawValue
    }

    /// Reads `type/subtype`; parameters after `;` are dropped, letters are lowered.
    package init(_ text: some StringProtocol) throws(InvalidValue) {
        let essence = String(text.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }).lowercased()
        let parts = essence.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(MediaType.isRestrictedName) else {
            throw InvalidValue("media type", text, "it must be like application/json")
        }
        rawValue = essence
    }

    /// `restricted-name` of RFC 6838: at most 127 characters, the first one a letter or digit.
    private static func isRestrictedName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= 127 else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || "!#$&-^_.+".utf8.contains($0) }
    }

    package static let ociManifest = MediaType(known: "application/vnd.oci.image.manifest.v1+json")
    package static let ociIndex = MediaType(known: "application/vnd.oci.image.index.v1+json")
    package static let ociConfig = MediaType(known: "application/vnd.oci.image.config.v1+json")
    package static let ociLayer = MediaType(known: "application/vnd.oci.image.layer.v1.tar")
    package static let ociLayerGzip = MediaType(known: "application/vnd.oci.image.layer.v1.tar+gzip")
    package static let ociLayerZstd = MediaType(known: "application/vnd.oci.image.layer.v1.tar+zstd")
    package static let ociNondistributableLayer = MediaType(
        known: "application/vnd.oci.image.layer.nondistributable.v1.tar")
    package static let ociNondistributableLayerGzip = MediaType(
        known: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")
    package static let ociNondistributableLayerZstd = MediaType(
        known: "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd")
    package static let ociEmptyJSON = MediaType(known: "application/vnd.oci.empty.v1+json")
    package static let dockerManifest = MediaType(
        known: "application/vnd.docker.distribution.manifest.v2+json")
    package static let dockerManifestList = MediaType(
        known: "application/vnd.docker.distribution.manifest.list.v2+json")
    package static let dockerConfig = MediaType(known: "application/vnd.docker.container.image.v1+json")
    package static let dockerLayerGzip = MediaType(known: "application/vnd.docker.image.rootfs.diff.tar.gzip")
    package static let dockerLayer = MediaType(known: "application/vnd.docker.image.rootfs.diff.tar")
    package static let dockerLayerZstd = MediaType(known: "application/vnd.docker.image.rootfs.diff.tar.zstd")
    package static let dockerForeignLayer = MediaType(
        known: "application/vnd.docker.image.rootfs.foreign.diff.tar")
    package static let dockerForeignLayerGzip = MediaType(
        known: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
    package static let octetStream = MediaType(known: "application/octet-stream")
    package static let json = MediaType(known: "application/json")

    /// The manifests that we store and send, the preferred one first.
    package static let manifests: [MediaType] = [
        .ociManifest, .ociIndex, .dockerManifest, .dockerManifestList,
    ]

    /// True for an image manifest of either family.
    package var isImageManifest: Bool { self == .ociManifest || self == .dockerManifest }

    /// True for an image's configuration of either family.
    package var isImageConfig: Bool { self == .ociConfig || self == .dockerConfig }

    /// True for an index or a manifest list.
    package var isIndex: Bool { self == .ociIndex || self == .dockerManifestList }

    /// True for what a registry keeps under `/manifests/`, not under `/blobs/`.
    package var isManifest: Bool { isImageManifest || isIndex }

    /// True for a layer whose bytes a registry need not have: foreign and non-distributable ones.
    package var isNondistributableLayer: Bool {
        self == .dockerForeignLayerGzip || self == .dockerForeignLayer
            || rawValue.hasPrefix("application/vnd.oci.image.layer.nondistributable.")
    }
}

extension MediaType: CustomStringConvertible {
    package var description: String { rawValue }
}

extension MediaType: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
