// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistryTransport

extension RemoteRepository {
    private struct TagList: Decodable {
        var tags: [String]?
    }

    /// All tags, page after page, in the registry's order.
    ///
    /// - Throws: ``RegistryError/notFound(_:)`` when there is no such repository.
    package func tags() async throws(RegistryError) -> [Tag] {
        var tags: [Tag] = []
        try await client.readPages(of: TagList.self, from: client.url(.tags(name))) { page, _ in
            tags += try (page.tags ?? []).map { try Tag($0) }
        }
        return tags
    }
}
