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
        var next: HTTPURL? = client.url(.tags(name))
        var seen: Set<HTTPURL> = []
        while let url = next, seen.insert(url).inserted {
            let request = HTTPRequest(.get, url)
            let response = try await expect([200], to: request)
            do {
                let page = try JSONDocument.decode(TagList.self, from: response.body, noun: "tag list")
                tags += try (page.tags ?? []).map { try Tag($0) }
                next = try LinkHeader.next(in: response.headers.all("Link")).map { try url.resolving($0) }
            } catch {
                throw .local(error)
            }
        }
        return tags
    }
}

/// Source: RFC 8288.
enum LinkHeader {
    /// The target of the link with `rel="next"`.
    static func next(in values: [String]) -> String? {
        for value in values {
            for link in value.split(separator: ",")
            where link.contains("rel=\"next\"") || link.contains("rel=next") {
                guard let open = link.firstIndex(of: "<"), let close = link.firstIndex(of: ">"), open < close
                else {
                    continue
                }
                return String(link[link.index(after: open)..<close])
            }
        }
        return nil
    }
}
