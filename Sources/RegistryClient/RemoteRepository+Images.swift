// SPDX-License-Identifier: Apache-2.0

package import ImageStore
package import OCISpec

extension RemoteRepository {
    /// Publishes a manifest and everything under it.
    ///
    /// The tag is asked first: if it names this manifest, nothing is sent. Otherwise blobs go before the manifest
    /// that names them, and the manifest goes last, under its tag.
    ///
    /// `root` names the manifest in `reader`; without a `tag` it is stored under its digest alone.
    ///
    /// - Returns: Whether the tag is new or named this manifest before.
    /// - Throws: ``RegistryError/refused(_:)`` when the tag stands at another manifest.
    package func push(
        _ root: Descriptor, from reader: any BlobReader, as tag: Tag?,
        _ settings: CopySettings = CopySettings()
    ) async throws -> PushOutcome {
        let standing = if let tag { try await resolve(.tag(tag))?.digest } else { nil as Digest? }
        if standing == root.digest {
            settings.report(.exists(root))
            return .alreadyPublished(root)
        }
        let bytes = try await reader.read(root, limitBytes: 8 << 20)
        let manifest = try Manifest(
            bytes, mediaType: root.mediaType, algorithm: root.digest.algorithm ?? .sha256)
        if let standing, manifest.isNamed(by: standing) {
            settings.report(.exists(root))
            return .alreadyPublished(root)
        }
        try await copyGraph(manifest.children, from: reader, to: self, settings)
        return try await put(manifest, as: tag)
    }

    /// Fetches a manifest and everything under it into a writer.
    ///
    /// `platform` says which manifest of an index to take; nil takes the index with all of them.
    ///
    /// - Returns: The manifest that was fetched.
    /// - Throws: ``RegistryError/notFound(_:)``; ``NoManifestForPlatform``.
    package func pull(
        _ reference: RegistryRoute.ManifestReference, platform: Platform?, into writer: any BlobWriter,
        _ settings: CopySettings = CopySettings()
    ) async throws -> Descriptor {
        let root = try await select(reference, platform: platform)
        try await copyGraph([root], from: self, to: writer, settings)
        return root
    }

    /// The descriptor of a manifest; inside an index, of the one for `platform`.
    package func select(
        _ reference: RegistryRoute.ManifestReference, platform: Platform?
    ) async throws -> Descriptor {
        let full = self.reference(reference)
        guard let manifest = try await manifest(reference) else { throw ManifestMissing(reference: full) }
        guard let platform, case .index(let index) = manifest.content else { return manifest.descriptor }
        guard let chosen = index.manifest(for: platform) else {
            throw NoManifestForPlatform(
                reference: full, wanted: platform, available: index.manifests.compactMap(\.platform))
        }
        return chosen
    }
}

/// A registry knows no manifest of that name.
package struct ManifestMissing: Error, Hashable, Sendable, CustomStringConvertible {
    package let reference: Reference

    package var description: String { "\(reference): the registry has no such image" }
}

/// An index has no manifest for the platform that was asked for.
package struct NoManifestForPlatform: Error, Hashable, Sendable, CustomStringConvertible {
    package let reference: Reference
    package let wanted: Platform
    package let available: [Platform]

    package var description: String {
        let list = available.map(\.description).joined(separator: ", ")
        return "\(reference): there is no image for \(wanted); there are \(list.isEmpty ? "none" : list)"
    }
}
