// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import ImageStore
package import OCISpec
package import RegistryClient

/// Base images from the local store, and from their registry when they are not there.
package struct StoredBaseImages: BaseImages {
    private let store: ImageLayout
    private let registries: RegistryConnector
    private let asksRegistryFirst: Bool

    /// With `asksRegistryFirst`, what is in the store is fetched once more: `--pull`.
    package init(store: ImageLayout, registries: RegistryConnector, asksRegistryFirst: Bool = false) {
        self.store = store
        self.registries = registries
        self.asksRegistryFirst = asksRegistryFirst
    }

    package func fetch(_ reference: Reference, platform: Platform) async throws -> Descriptor {
        let name = reference.description
        if !asksRegistryFirst, let found = try await store.find(name) { return found }
        let repository = try await registries.repository(of: reference)
        let source: RegistryRoute.ManifestReference =
            if let digest = reference.digest { .digest(digest) } else { .tag(reference.tag ?? .latest) }
        let manifest = try await repository.pull(source, platform: platform, into: store)
        try await store.tag(manifest, as: name)
        return manifest
    }
}
