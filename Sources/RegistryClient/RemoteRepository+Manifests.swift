// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistryTransport

extension RemoteRepository {
    /// What a tag or digest names now.
    ///
    /// - Returns: nil when the registry knows no such manifest.
    /// - Throws: ``RegistryError/mismatch(_:)`` when a digest names other bytes.
    package func resolve(
        _ reference: RegistryRoute.ManifestReference
    ) async throws(RegistryError) -> Descriptor? {
        let request = manifestRequest(.head, reference)
        let answer: HTTPResponse?
        do throws(RegistryError) {
            answer = try await found(request)
        } catch .unexpected(let refusal) where [405, 501].contains(refusal.status) {
            // Not every registry answers HEAD.
            return try await manifest(reference)?.descriptor
        }
        guard let response = answer else { return nil }
        guard let digest = response.headers["Docker-Content-Digest"].flatMap({ try? Digest($0) }),
            let type = response.headers["Content-Type"].flatMap({ try? MediaType($0) }),
            let size = response.headers["Content-Length"].flatMap({ Int64($0) })
        else { return try await manifest(reference)?.descriptor }
        if case .digest(let wanted) = reference, wanted != digest {
            throw .mismatch(ContentMismatch(request: "\(name)", expected: "\(wanted)", actual: "\(digest)"))
        }
        return Descriptor(mediaType: type, digest: digest, size: size)
    }

    /// The answer to a request for something that may not be there; nil for 404.
    private func found(_ request: HTTPRequest) async throws(RegistryError) -> HTTPResponse? {
        let response = try await client.send(request)
        switch response.status {
        case 200: return response
        case 404: return nil
        default: throw await client.refusal(response, to: request)
        }
    }

    /// A manifest with its raw bytes.
    ///
    /// - Returns: nil when the registry knows no such manifest.
    /// - Throws: ``RegistryError/mismatch(_:)`` when the bytes are not those of the digest asked for, or of the
    ///   `Docker-Content-Digest` that came with them.
    package func manifest(
        _ reference: RegistryRoute.ManifestReference
    ) async throws(RegistryError) -> Manifest? {
        let request = manifestRequest(.get, reference)
        guard let response = try await found(request) else { return nil }
        let stated = response.headers["Docker-Content-Digest"].flatMap { try? Digest($0) }
        var wanted = stated
        if case .digest(let digest) = reference { wanted = digest }
        let manifest = try read(response, to: request, algorithm: wanted?.algorithm ?? .sha256)
        if let wanted, wanted != manifest.descriptor.digest {
            throw .mismatch(
                ContentMismatch(
                    request: "GET \(request.url.redacted)", expected: "\(wanted)",
                    actual: "\(manifest.descriptor.digest)"))
        }
        return manifest
    }

    private func read(
        _ response: HTTPResponse, to request: HTTPRequest, algorithm: DigestAlgorithm
    ) throws(RegistryError) -> Manifest {
        do throws(InvalidValue) {
            guard !response.isTruncated else {
                throw InvalidValue("manifest", "\(name)", "it is larger than 8 MiB")
            }
            let type = try MediaType(response.headers["Content-Type"] ?? "")
            return try Manifest(response.body, mediaType: type, algorithm: algorithm)
        } catch {
            throw .malformed(MalformedAnswer(request, error))
        }
    }

    func manifestRequest(
        _ method: HTTPRequest.Method, _ reference: RegistryRoute.ManifestReference
    ) -> HTTPRequest {
        HTTPRequest(
            method, client.url(.manifest(name, reference)),
            headers: ["Accept": RemoteRepository.acceptedManifests])
    }
}
