// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
import RegistryClient
import SystemPackage

extension BuildContextResolver {
    /// Pulls an artifact: layers that are tar archives are unpacked over each other, other ones become files
    /// under the title that they have.
    ///
    /// Source: ORAS, whose `push` leaves files and packed folders like this.
    func artifact(_ reference: Reference, _ news: ErrandNews?) async throws -> ResolvedContext {
        guard let registries else { throw NoContext(description: "there is no registry to ask here") }
        let temporary = try await makeFolder()
        let store = try ImageLayout(creating: temporary.path.appending("layout"))
        let repository = try await registries.source(of: reference)
        let name: RegistryRoute.ManifestReference =
            if let digest = reference.digest { .digest(digest) } else { .tag(reference.tag ?? .latest) }
        let root = try await repository.pull(
            name, platform: nil, into: store, news?.settings ?? CopySettings())
        let bytes = try await store.read(root, limitBytes: 8 << 20)
        guard case .image(let manifest) = try Manifest(bytes, mediaType: root.mediaType).content else {
            throw NoContext(description: "it is an index, not an artifact with a layer")
        }
        guard !manifest.layers.isEmpty else { throw NoContext(description: "it has no layer") }
        let folder = temporary.path.appending("context")
        return try await BlockingThread.run {
            try Folder.create(folder)
            for layer in manifest.layers {
                try unpack(layer, from: store.path(of: layer.digest), into: folder)
            }
            try Folder.remove(temporary.path.appending("layout"))
            return ResolvedContext(folder: folder, in: temporary)
        }
    }

    private func unpack(_ layer: Descriptor, from file: FilePath, into folder: FilePath) throws {
        let title = layer.annotations?["org.opencontainers.image.title"]
        do {
            try LayerExtractor(root: folder, accepting: .archives).apply(file)
        } catch LayerError.archive {
            guard let title, let name = FilePath.Component(title), name.kind == .regular else {
                throw NoContext(
                    description:
                        "its layer \(layer.digest) is no tar archive, and has no title to be a file by")
            }
            let bytes = try WholeFile.read(file, limitBytes: 1 << 30)
            try WholeFile.write(bytes, to: folder.appending(name), durable: false)
        }
    }
}
