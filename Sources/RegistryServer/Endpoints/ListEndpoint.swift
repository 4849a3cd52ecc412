// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import OCISpec

/// Lists of tags and of repositories, whole or in pages.
///
/// Source: distribution-spec 1.1, "Listing Tags"; the catalog is Docker's.
struct ListEndpoint {
    let registry: Registry

    private struct TagList: Encodable {
        let name: String
        let tags: [String]
    }

    private struct Catalog: Encodable {
        let repositories: [String]
    }

    func tags(_ request: Request, _ name: RepositoryName, _ query: QueryParameters) async throws -> Response {
        let page = try Page(request, query)
        let names = try await registry.facts.read { facts -> [String]? in
            try facts.repository(name).map {
                try facts.tags(in: $0, after: page.last, limit: page.fetchLimit)
            }
        }
        guard let names else {
            throw RegistryFailure(.notFound, .nameUnknown, "there is no repository \(name)")
        }
        let (items, link) = page.cut(names, path: RegistryRoute.tags(name).path)
        return try answer(TagList(name: name.rawValue, tags: items), link)
    }

    /// The repositories that may be pulled from.
    func catalog(_ request: Request, _ query: QueryParameters) async throws -> Response {
        let page = try Page(request, query)
        let requester = registry.requester
        let names = try await registry.facts.read { facts in
            try facts.repositories(after: page.last, limit: page.fetchLimit) { requester.may(.pull, in: $0) }
        }
        let (items, link) = page.cut(names, path: RegistryRoute.catalog.path)
        return try answer(Catalog(repositories: items), link)
    }

    private func answer(_ list: some Encodable, _ link: String?) throws -> Response {
        var response = try Response.json(.ok, list)
        response.headers[name: .link] = link
        return response
    }
}
