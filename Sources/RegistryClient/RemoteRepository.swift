// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistryTransport

/// A repository of a registry, as a place to take contents from and put them to.
package struct RemoteRepository: Sendable {
    package let client: RegistryClient
    package let name: RepositoryName

    /// The full reference of a tag or digest in here.
    package func reference(_ reference: RegistryRoute.ManifestReference) -> Reference {
        switch reference {
        case .tag(let tag): Reference(registry: client.registry, repository: name, tag: tag)
        case .digest(let digest): Reference(registry: client.registry, repository: name, digest: digest)
        }
    }

    /// What a token must allow for an upload, its reads included: one token serves all of it.
    var uploadScopes: [TokenScope] { [TokenScope(name, [.pull, .push])] }

    /// Sends a request and takes only the statuses given.
    func expect(
        _ statuses: Set<Int>, to request: HTTPRequest, receiving body: ResponseBody = .document
    ) async throws(RegistryError) -> HTTPResponse {
        try await client.expect(statuses, to: request, receiving: body)
    }

    /// All manifest types, the preferred one first, in one field as most clients send it.
    static let acceptedManifests = MediaType.manifests.map(\.rawValue).joined(separator: ", ")
}
