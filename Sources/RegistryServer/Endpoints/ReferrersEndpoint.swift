// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import OCISpec

/// The manifests that refer to another one, as an image index.
///
/// Source: distribution-spec 1.1, "Listing Referrers". A subject that is unknown has no referrers; it is no error.
struct ReferrersEndpoint {
    let registry: Registry

    func list(
        _ request: Request, _ name: RepositoryName, _ subject: Digest, _ query: QueryParameters
    ) async throws -> Response {
        guard request.method.isRead else { throw RegistryFailure.methodNotAllowed("GET, HEAD") }
        let artifactType = query["artifactType"]
        let descriptors = try await registry.facts.read { facts in
            try facts.repository(name).map {
                try facts.referrers(of: subject, in: $0, artifactType: artifactType)
            } ?? []
        }
        let index = ImageIndex(
            manifests: try descriptors.map {
                try JSONDocument.decode(Descriptor.self, from: Array($0.utf8), noun: "descriptor")
            })
        var response = try Response.json(.ok, index, type: .ociIndex)
        if artifactType != nil { response.headers[name: .filtersApplied] = "artifactType" }
        return response
    }
}
