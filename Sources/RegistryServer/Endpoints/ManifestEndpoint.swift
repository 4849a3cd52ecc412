// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import OCISpec

/// Manifests of one repository: read, pushed, deleted.
///
/// Source: distribution-spec 1.1, "Pulling manifests", "Pushing Manifests", "Deleting Manifests".
struct ManifestEndpoint {
    let registry: Registry
    let repository: RepositoryName

    func respond(
        to request: Request, _ reference: RegistryRoute.ManifestReference, _ query: QueryParameters
    ) async throws -> Response {
        switch request.method {
        case .get, .head: return try await read(reference)
        case .put: return try await push(request, reference, query)
        case .delete: return try await delete(reference)
        default: throw RegistryFailure.methodNotAllowed("GET, HEAD, PUT, DELETE")
        }
    }

    /// What is stored, whatever the request accepts: a narrower `Accept` must not hide that a tag is taken.
    private func read(_ reference: RegistryRoute.ManifestReference) async throws -> Response {
        let repository = repository
        guard let manifest = try await registry.facts.read({ try $0.manifest(reference, in: repository) })
        else {
            throw RegistryFailure.manifestUnknown(reference)
        }
        var response = Response(
            status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: manifest.bytes)))
        response.headers[name: .contentType] = manifest.mediaType
        response.headers[name: .contentDigest] = manifest.digest.description
        response.headers[name: .entityTag] = "\"\(manifest.digest)\""
        response.headers[name: .apiVersion] = "registry/2.0"
        return response
    }

    private func push(
        _ request: Request, _ reference: RegistryRoute.ManifestReference, _ query: QueryParameters
    ) async throws -> Response {
        let (algorithm, tags) = try names(reference, query)
        let bytes = try await request.bytes(limitBytes: registry.manifestLimitBytes)
        let manifest = try ManifestBody(contentType: request.headers[name: .contentType], bytes: bytes)
            .manifest(algorithm)
        if case .digest(let digest) = reference, digest != manifest.descriptor.digest {
            throw RegistryFailure(
                .badRequest, .digestInvalid, "the manifest's digest is \(manifest.descriptor.digest)")
        }
        let push = ManifestPush(repository: repository, manifest: manifest, tags: tags)
        switch try await registry.facts.write({ try push.perform($0) }) {
        case .stored: return created(push, query)
        case .refused(let refusal): return .refusal(refusal)
        case .lacking(let digest):
            throw RegistryFailure(
                .notFound, .manifestBlobUnknown, "the repository does not have \(digest)",
                detail: .object(["digest": .string(digest)]))
        case .wrongSize(let child, let stored):
            throw RegistryFailure(
                .badRequest, .manifestInvalid,
                "the descriptor of \(child.digest) says \(child.size) bytes, the content has \(stored)",
                detail: .object(["digest": .string(child.digest.description), "size": .integer(stored)]))
        case .storedAs(let mediaType):
            throw RegistryFailure(
                .badRequest, .manifestInvalid, "\(manifest.descriptor.digest) is stored as \(mediaType)")
        }
    }

    /// The hash function of the manifest's name, and the tags that the request wants to set.
    private func names(
        _ reference: RegistryRoute.ManifestReference, _ query: QueryParameters
    ) throws -> (DigestAlgorithm, [Tag]) {
        let texts = query.all("tag")
        guard texts.count <= 100 else {
            throw RegistryFailure(.init(code: 414), .unsupported, "at most 100 tags can be set at once")
        }
        switch reference {
        case .tag(let tag):
            guard texts.isEmpty else {
                throw RegistryFailure(.badRequest, .unsupported, "?tag= goes with a push by digest only")
            }
            return (.sha256, [tag])
        case .digest(let digest):
            guard let algorithm = digest.algorithm else {
                throw RegistryFailure(.badRequest, .digestInvalid, "\(digest.algorithmName) is not supported")
            }
            var tags: [Tag] = []
            for tag in try texts.map({ try Tag($0) }) where !tags.contains(tag) { tags.append(tag) }
            return (algorithm, tags)
        }
    }

    private func created(_ push: ManifestPush, _ query: QueryParameters) -> Response {
        let digest = push.manifest.descriptor.digest
        var response = Response.empty(
            .created,
            [
                (.location, RegistryRoute.manifest(repository, .digest(digest)).path),
                (.contentDigest, digest.description), (.apiVersion, "registry/2.0"),
            ])
        if let subject = push.manifest.subject {
            response.headers[name: .subject] = subject.digest.description
        }
        if !query.all("tag").isEmpty {
            for tag in push.tags { response.headers.append(.tag, tag.rawValue) }
        }
        return response
    }

    private func delete(_ reference: RegistryRoute.ManifestReference) async throws -> Response {
        let deletion = Deletion(repository: repository)
        let outcome = try await registry.facts.write { facts in
            switch reference {
            case .tag(let tag): try deletion.remove(tag, facts)
            case .digest(let digest): try deletion.remove(manifest: digest, facts)
            }
        }
        switch outcome {
        case .done: return .empty(.accepted, [(.apiVersion, "registry/2.0")])
        case .refused(let refusal): return .refusal(refusal)
        case .unknown, .used: throw RegistryFailure.manifestUnknown(reference)
        }
    }
}
