// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistryTransport

extension RegistryClient {
    private struct Catalog: Decodable {
        var repositories: [String]?
    }

    /// All repositories, page after page, in the registry's order.
    ///
    /// - Throws: ``RegistryError/notFound(_:)`` or ``RegistryError/unauthorized(_:)`` where there is no catalogue,
    ///   or none for us.
    ///
    /// Source: distribution, HTTP API V2, "Catalog"; the distribution specification reserves the path.
    package func repositories() async throws(RegistryError) -> [RepositoryName] {
        var names: [RepositoryName] = []
        try await readPages(of: Catalog.self, from: url(.catalog)) { page, _ in
            names += try (page.repositories ?? []).map { try RepositoryName($0) }
        }
        return names
    }
}
