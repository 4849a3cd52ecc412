// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import RegistryTransport
package import SystemPackage

/// A registry: where it is and how to talk to it.
package struct RegistryClient: Sendable {
    /// As references name it: `host` or `host:port`.
    package let registry: String
    /// Scheme and host of its API.
    package let origin: HTTPURL
    let transport: any HTTPTransport
    /// Where contents that arrive from one registry wait for their way to another.
    let spoolFolder: FilePath
    /// How uploads, downloads and manifests go on after faults.
    package var backOff = BackOff()
    /// The length of an upload's chunks, where a registry wants chunks and no longer ones.
    package var chunkBytes: Int64 = 64 << 20

    /// A client over a `transport` that retries, follows redirects and authenticates.
    package init(
        registry: String, origin: HTTPURL, transport: any HTTPTransport, spoolFolder: FilePath = "/tmp"
    ) {
        self.registry = registry
        self.origin = origin
        self.transport = transport
        self.spoolFolder = spoolFolder
    }

    package func repository(_ name: RepositoryName) -> RemoteRepository {
        RemoteRepository(client: self, name: name)
    }

    /// The repository that a reference is in.
    package func repository(of reference: Reference) -> RemoteRepository {
        repository(reference.repository)
    }

    func url(_ route: RegistryRoute) -> HTTPURL {
        HTTPURL(origin.scheme, origin.authority, route.path)
    }

    /// Sends a request and takes any answer.
    func send(
        _ request: HTTPRequest, receiving body: ResponseBody = .document
    ) async throws(RegistryError) -> HTTPResponse {
        do {
            return try await transport.send(request, receiving: body)
        } catch {
            throw .transport(error)
        }
    }

    /// Sends a request and takes only the statuses given.
    func expect(
        _ statuses: Set<Int>, to request: HTTPRequest, receiving body: ResponseBody = .document
    ) async throws(RegistryError) -> HTTPResponse {
        let response = try await send(request, receiving: body)
        guard statuses.contains(response.status) else { throw await refusal(response, to: request) }
        return response
    }
}
