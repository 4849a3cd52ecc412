// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient

extension DockerStepExecutor {
    /// Makes an index of images; those that are not in the store come from their registry.
    func createManifest(
        _ name: Reference, of members: [String], amends: Bool, _ report: Report
    ) async throws -> StepProduct {
        let lease = try await store.lease()
        defer { lease.end() }
        var index = ImageIndex(manifests: [])
        if amends, let standing = try await storedIndex(name) { index = standing }
        for member in members {
            for entry in try await entries(of: member, report) {
                index.manifests.removeAll { $0.digest == entry.digest }
                index.manifests.append(entry)
            }
        }
        return try await keep(index, as: name)
    }

    /// Sets what an index says of one of its images.
    func annotate(
        _ name: Reference, member: String, _ notes: DockerCommand.ManifestNotes
    ) async throws -> StepProduct {
        let lease = try await store.lease()
        defer { lease.end() }
        guard var index = try await storedIndex(name) else {
            throw StepFailure(
                "\(name) is no index in the local store\n  hint: docker manifest create makes one")
        }
        var digest = try Reference(member).digest
        if digest == nil { digest = try await stored(member).digest }
        guard let position = index.manifests.firstIndex(where: { $0.digest == digest }) else {
            throw StepFailure("\(name) has no image of the digest that \(member) is")
        }
        var platform = index.manifests[position].platform ?? containers.site.platform
        platform.os = notes.os ?? platform.os
        platform.architecture = notes.architecture ?? platform.architecture
        platform.variant = notes.variant ?? (notes.architecture == nil ? platform.variant : nil)
        platform.osVersion = notes.osVersion ?? platform.osVersion
        platform.osFeatures = notes.osFeatures ?? platform.osFeatures
        index.manifests[position].platform = platform
        return try await keep(index, as: name)
    }

    func inspectManifest(_ name: String, _ report: Report) async throws {
        let found: [UInt8]
        if let local = try? await stored(name) {
            found = try await store.read(local.identity, limitBytes: ContainerImages.documentLimitBytes)
        } else {
            found = try await remote(try Reference(name)).manifest.bytes
        }
        report(.wrote(found + [0x0A], .output))
    }

    private func keep(_ index: ImageIndex, as name: Reference) async throws -> StepProduct {
        let stored = try store.store(try JSONDocument.encode(index), as: .ociIndex)
        try await store.tag(stored, as: name.description)
        return StepProduct(images: [OutputImage(name, digest: stored.digest, publication: .no)])
    }

    /// The index of a name; nil where the store has no such name.
    private func storedIndex(_ name: Reference) async throws -> ImageIndex? {
        guard let found = try await store.find(name.description) else { return nil }
        let bytes = try await store.read(found.identity, limitBytes: ContainerImages.documentLimitBytes)
        guard case .index(let index) = try Manifest(bytes, mediaType: found.mediaType).content else {
            throw StepFailure("\(name) is one image, and no index of several")
        }
        return index
    }

    /// What an image adds to an index: itself with its platform, or all that it is an index of.
    private func entries(of name: String, _ report: Report) async throws -> [Descriptor] {
        let root: Descriptor
        if let local = try? await stored(name) {
            root = local.identity
        } else {
            report(.pulling(name))
            let (repository, manifest) = try await remote(try Reference(name))
            root = manifest.descriptor.identity
            try await copyGraph([root], from: repository, to: store)
        }
        let bytes = try await store.read(root, limitBytes: ContainerImages.documentLimitBytes)
        if case .index(let index) = try Manifest(bytes, mediaType: root.mediaType).content {
            return index.manifests
        }
        var entry = root
        entry.platform = try await StoredImage(root, for: containers.site.platform, in: store).config.platform
        return [entry]
    }

    private func remote(
        _ reference: Reference
    ) async throws -> (repository: RemoteRepository, manifest: Manifest) {
        let repository = try await images.registries.source(of: reference)
        let wanted: RegistryRoute.ManifestReference =
            reference.digest.map { .digest($0) } ?? .tag(reference.tag ?? .latest)
        guard let manifest = try await repository.manifest(wanted) else {
            throw StepFailure("\(reference): there is no such image, here or in its registry")
        }
        return (repository, manifest)
    }
}
