// SPDX-License-Identifier: Apache-2.0

package import ImageStore
package import OCISpec

/// Where the images of `FROM` and `COPY --from` come from.
package protocol BaseImages: Sendable {
    /// Finds an image and puts it into the build's store.
    ///
    /// `settings` are those of the copy, where there is one.
    ///
    /// - Returns: The manifest for `platform`, or an index that contains one; it and what it names for that
    ///   platform are in the store.
    func fetch(
        _ reference: Reference, platform: Platform, _ settings: CopySettings
    ) async throws -> Descriptor

    /// What a name as people write it stands for: aliases and search registries may count.
    func reference(for name: String) async throws -> Reference
}

extension BaseImages {
    package func fetch(_ reference: Reference, platform: Platform) async throws -> Descriptor {
        try await fetch(reference, platform: platform, CopySettings())
    }

    /// Takes the name as docker does.
    package func reference(for name: String) async throws -> Reference { try Reference(name) }
}
