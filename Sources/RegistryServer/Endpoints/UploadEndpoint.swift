// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import HTTPTypes
import Hummingbird
import OCISpec
import SystemPackage

/// Uploads of blobs into one repository.
///
/// Source: distribution-spec 1.1, "Pushing blobs".
struct UploadEndpoint {
    let registry: Registry
    let repository: RepositoryName

    /// Uploads here that the request's sender has begun.
    private var place: UploadPlace {
        UploadPlace(repository: repository, owner: registry.requester.uploadOwner)
    }

    /// POST: begins an upload, takes a whole blob in one request, or mounts one of another repository.
    func start(_ request: Request, _ query: QueryParameters) async throws -> Response {
        guard request.method == .post else { throw RegistryFailure.methodNotAllowed("POST") }
        if let text = query["mount"] {
            let digest = try Digest(text)
            if let source = try query["from"].map({ try RepositoryName($0) }),
                registry.requester.may(.pull, in: source), try await mount(digest, from: source)
            {
                return created(digest)
            }
        }
        let digest = try query["digest"].map { try supported($0) }
        let (uploads, place) = (registry.uploads, place)
        let session = try await BlockingThread.run { try uploads.start(in: place) }
        guard let digest else { return progress(.accepted, session, size: 0) }
        do {
            return try await finish(request, session, digest)
        } catch {
            try await discard(session)
            throw error
        }
    }

    func respond(to request: Request, session: String, _ query: QueryParameters) async throws -> Response {
        let (uploads, place) = (registry.uploads, place)
        switch request.method {
        case .patch: return try await append(request, session)
        case .put:
            guard let text = query["digest"] else {
                throw RegistryFailure(.badRequest, .digestInvalid, "the query needs digest=")
            }
            return try await finish(request, session, supported(text))
        case .get, .head:
            guard let size = uploads.size(session, in: place) else {
                throw RegistryFailure.uploadUnknown
            }
            return progress(.noContent, session, size: size)
        case .delete:
            guard uploads.size(session, in: place) != nil else { throw RegistryFailure.uploadUnknown }
            try await discard(session)
            return .empty(.noContent, [])
        default: throw RegistryFailure.methodNotAllowed("GET, HEAD, PATCH, PUT, DELETE")
        }
    }

    private func append(_ request: Request, _ session: String) async throws -> Response {
        let file = try await open(session, .sha256)
        defer { file.unlock() }
        let range = try range(of: request, session, size: file.size)
        try await UploadReceiver(file: file, range: range).receive(request)
        registry.uploads.hashes.keep(file.state, for: session)
        return progress(.accepted, session, size: file.size)
    }

    /// Takes the last bytes, compares the digest, and makes a blob of the upload.
    ///
    /// An upload whose digest is another one is given up.
    private func finish(_ request: Request, _ session: String, _ digest: Digest) async throws -> Response {
        let algorithm = digest.algorithm ?? .sha256
        let file = try await open(session, algorithm)
        defer { file.unlock() }
        let range = try range(of: request, session, size: file.size)
        try await UploadReceiver(file: file, range: range).receive(request)
        let (registry, repository) = (registry, repository)
        let actual = try await BlockingThread.run { try file.digest(algorithm) }
        guard actual == digest else {
            try await discard(session)
            throw RegistryFailure(.badRequest, .digestInvalid, "the content's digest is \(actual)")
        }
        do {
            try await BlockingThread.run {
                try file.sync()
                try registry.blobs.adopt(file.path, as: digest)
            }
        } catch let error as FileError where error.errno == .noSuchFileOrDirectory {
            throw RegistryFailure.uploadUnknown  // cancelled while its last bytes came
        }
        try await registry.facts.write { facts in
            // Another repository's deletion may have taken the file away since.
            if registry.blobs.size(digest) != file.size { try registry.blobs.adopt(file.path, as: digest) }
            try facts.linkBlob(digest, size: file.size, in: repository)
        }
        try await discard(session)
        return created(digest)
    }

    private func discard(_ session: String) async throws {
        let (uploads, place) = (registry.uploads, place)
        try await BlockingThread.run { uploads.remove(session, in: place) }
    }

    private func mount(_ digest: Digest, from source: RepositoryName) async throws -> Bool {
        let (target, blobs) = (repository, registry.blobs)
        return try await registry.facts.write { facts in
            guard let size = try facts.blobSize(digest, in: source), blobs.size(digest) == size else {
                return false
            }
            try facts.linkBlob(digest, size: size, in: target)
            return true
        }
    }

    private func open(_ session: String, _ algorithm: DigestAlgorithm) async throws -> UploadFile {
        let (uploads, place) = (registry.uploads, place)
        do {
            return try await BlockingThread.run {
                try uploads.open(session, in: place, algorithm: algorithm)
            }
        } catch UploadError.unknown {
            throw RegistryFailure.uploadUnknown
        } catch UploadError.busy {
            throw RegistryFailure(
                .conflict, .blobUploadInvalid, "another request is writing to this upload")
        }
    }

    /// Where a chunk says that it belongs, which must be the end of what is there; nil when it does not say.
    private func range(
        of request: Request, _ session: String, size: Int64
    ) throws(RegistryFailure) -> ChunkRange? {
        guard let header = request.headers[name: .contentRange] else { return nil }
        guard let range = ChunkRange(header) else {
            throw RegistryFailure(.badRequest, .blobUploadInvalid, "Content-Range must be FIRST-LAST")
        }
        guard range.first == size else {
            throw RegistryFailure(
                .rangeNotSatisfiable, .blobUploadInvalid, "the next byte of this upload is \(size)"
            ).with(.location, RegistryRoute.upload(repository, session: session).path)
                .with(.range, UploadEndpoint.range(size))
        }
        guard request.announcedLength ?? range.count == range.count else {
            throw RegistryFailure(.badRequest, .sizeInvalid, "Content-Range and Content-Length differ")
        }
        return range
    }

    private func supported(_ text: String) throws -> Digest {
        let digest = try Digest(text)
        guard digest.algorithm != nil else {
            throw RegistryFailure(.badRequest, .digestInvalid, "\(digest.algorithmName) is not supported")
        }
        return digest
    }

    private func created(_ digest: Digest) -> Response {
        .empty(
            .created,
            [
                (.location, RegistryRoute.blob(repository, digest).path),
                (.contentDigest, digest.description),
                (.apiVersion, "registry/2.0"),
            ])
    }

    private func progress(_ status: HTTPResponse.Status, _ session: String, size: Int64) -> Response {
        .empty(
            status,
            [
                (.location, RegistryRoute.upload(repository, session: session).path),
                (.range, UploadEndpoint.range(size)), (.uploadIdentifier, session),
                (.apiVersion, "registry/2.0"),
            ])
    }

    /// What the registry has; an empty upload is `0-0` too, which is how Docker's registry says it.
    private static func range(_ size: Int64) -> String { "0-\(max(size - 1, 0))" }
}
