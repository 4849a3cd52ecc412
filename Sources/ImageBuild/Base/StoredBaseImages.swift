// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import ImageStore
package import OCISpec
package import RegistryClient

/// Base images from the local store, and from their registry when they are not there.
///
/// What a name stands for in the store counts only for the platform that it is for, and for the digest that it
/// is asked by; for another platform the registry is asked.
package struct StoredBaseImages: BaseImages {
    private let store: ImageLayout
    private let registries: RegistryConnector
    private let asksRegistryFirst: Bool

    /// An index in memory: 4 MiB, the limit of distribution-spec 1.1 for manifests.
    private static let indexLimitBytes = 4 << 20

    /// With `asksRegistryFirst`, what is in the store is fetched once more: `--pull`.
    package init(store: ImageLayout, registries: RegistryConnector, asksRegistryFirst: Bool = false) {
        self.store = store
        self.registries = registries
        self.asksRegistryFirst = asksRegistryFirst
    }

    package func fetch(
        _ reference: Reference, platform: Platform, _ settings: CopySettings
    ) async throws -> Descriptor {
        let lease = try await store.lease()
        defer { lease.end() }
        guard !asksRegistryFirst, let found = try await store.find(reference.description),
            await isBound(found, to: reference)
        else { return try await pull(reference, platform: platform, settings) }
        do {
            _ = try await FetchedImage.read(found, for: platform, from: store)
            return found
        } catch var other as OtherPlatform {
            do {
                return try await pull(reference, platform: platform, settings)
            } catch let error where !(error is CancellationError || error is OtherPlatform) {
                other.refusal = "\(error)"
                throw other
            }
        }
    }

    /// The first of the names that it may stand for which the store has, else what the registries say.
    package func reference(for name: String) async throws -> Reference {
        let candidates = try registries.candidates(for: name)
        guard candidates.count > 1 else { return try candidates.first ?? Reference(name) }
        if !asksRegistryFirst {
            for candidate in candidates where try await store.find(candidate.description) != nil {
                return candidate
            }
        }
        return try await registries.find(name)
    }

    /// - Returns: A manifest for `platform`, in the store under the name of `reference`.
    private func pull(
        _ reference: Reference, platform: Platform, _ settings: CopySettings
    ) async throws -> Descriptor {
        let repository = try await registries.source(of: reference)
        let source: RegistryRoute.ManifestReference =
            if let digest = reference.digest { .digest(digest) } else { .tag(reference.tag ?? .latest) }
        let manifest = try await repository.pull(source, platform: platform, into: store, settings)
        _ = try await FetchedImage.read(manifest, for: platform, from: store)
        if let digest = reference.digest, digest != manifest.digest,
            let index = try await repository.manifest(source)
        {
            _ = try await BlockingThread.run { [store] in
                try store.store(index.bytes, as: index.descriptor.mediaType)
            }
        }
        try await store.tag(manifest, as: reference.description)
        return manifest
    }

    /// True when `found` is what the digest of `reference` names: itself, or an image of the index of that digest.
    ///
    /// ``pull(_:platform:)`` leaves the index in the store as the proof.
    private func isBound(_ found: Descriptor, to reference: Reference) async -> Bool {
        guard let digest = reference.digest, digest != found.digest else { return true }
        guard let algorithm = digest.algorithm else { return false }
        let path = store.path(of: digest)
        let bytes = try? await BlockingThread.run {
            try WholeFile.read(path, limitBytes: Self.indexLimitBytes)
        }
        guard let bytes, Digest(of: bytes, algorithm: algorithm) == digest,
            let index = try? JSONDocument.decode(ImageIndex.self, from: bytes, noun: "index")
        else { return false }
        return index.manifests.contains { $0.digest == found.digest }
    }
}
