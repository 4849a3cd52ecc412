// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OCISpec

/// A manifest as a client sent it, before anything is known of it.
struct ManifestBody {
    let contentType: String?
    let bytes: [UInt8]

    private struct Outline: Decodable {
        let mediaType: MediaType?
        let config: JSONValue?
        let layers: JSONValue?
        let manifests: JSONValue?
    }

    /// Reads the manifest; its type is that of `Content-Type`, else the one that it states itself.
    ///
    /// - Throws: ``RegistryFailure`` with 400 for what is no manifest, and for one that could be read both as an
    ///   image and as an index (image-spec 1.1, manifest.md and image-index.md).
    func manifest(_ algorithm: DigestAlgorithm) throws(RegistryFailure) -> Manifest {
        do {
            let outline = try JSONDocument.decode(Outline.self, from: bytes, noun: "manifest")
            guard outline.manifests == nil || (outline.config == nil && outline.layers == nil) else {
                throw InvalidValue("manifest", "", "it has both manifests and layers")
            }
            let sent = try contentType.map { text throws(InvalidValue) in try MediaType(text) }
            let mediaType = sent.flatMap { $0.isManifest ? $0 : nil } ?? outline.mediaType ?? sent
            guard let mediaType else {
                throw InvalidValue("manifest", "", "neither Content-Type nor mediaType says what it is")
            }
            return try Manifest(bytes, mediaType: mediaType, algorithm: algorithm)
        } catch {
            throw RegistryFailure(.badRequest, .manifestInvalid, "\(error)")
        }
    }
}
