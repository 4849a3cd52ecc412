// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport
import Synchronization

/// A registry in memory, behind the transport's seam: correct and write-once, unless its parts are replaced.
final class MemoryRegistry: HTTPTransport {
    /// What happens to a tag, or to the tags of a digest, when it is deleted.
    enum Deletion: Sendable {
        case denied
        /// Deletes are off for all of the registry.
        case unsupported
        /// Deleted, and the name is remembered.
        case remembered
        /// Deleted, and the name is free.
        case forgotten
    }

    struct Repository: Sendable {
        var blobs: [Digest: [UInt8]] = [:]
        var manifests: [Digest: StoredManifest] = [:]
        var tags: [Tag: Digest] = [:]
        var deleted: Set<Tag> = []
        var uploads: [String: [UInt8]] = [:]
        var refusals = 0
        var lastUpload = ""
    }

    private let rule: Rule
    private let tagDeletion: Deletion
    private let digestDeletion: Deletion
    /// True for a registry that looks at the tag when a request begins and writes when it has ended.
    private let decidesEarly: Bool
    private let repositories = Mutex<[RepositoryName: Repository]>([:])

    init(
        rule: @escaping Rule = writeOnce, tagDeletion: Deletion = .denied, digestDeletion: Deletion = .denied,
        decidesEarly: Bool = false
    ) {
        self.rule = rule
        self.tagDeletion = tagDeletion
        self.digestDeletion = digestDeletion
        self.decidesEarly = decidesEarly
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        guard let route = try? RegistryRoute.parse(request.url.path), let name = route.repository else {
            return HTTPResponse(status: request.url.path == "/v2/" ? 200 : 404)
        }
        var early: Decision?
        if decidesEarly, case .manifest(_, .tag(let tag)) = route, request.method == .put {
            early = repositories.withLock {
                rule(claim(of: tag, request, in: $0[name] ?? Repository(), name))
            }
        }
        if let barrier = request.barrier {
            await withCheckedContinuation { continuation in barrier.arrive { continuation.resume() } }
        }
        let decision = early
        return repositories.withLock { all in
            answer(request, route, decision, &all[name, default: Repository()])
        }
    }

    private func answer(
        _ request: HTTPRequest, _ route: RegistryRoute, _ early: Decision?, _ repository: inout Repository
    ) -> HTTPResponse {
        switch (request.method, route) {
        case (.head, .blob(_, let digest)), (.get, .blob(_, let digest)):
            guard let bytes = repository.blobs[digest] else {
                return .error(404, "BLOB_UNKNOWN", "no such blob")
            }
            return HTTPResponse(status: 200, body: request.method == .get ? bytes : [])
        case (.post, .uploads(let name)):
            let session = "session-\(repository.uploads.count + repository.blobs.count)"
            repository.uploads[session] = []
            return HTTPResponse(status: 202, headers: ["Location": "/v2/\(name)/blobs/uploads/\(session)"])
        case (.patch, .upload(let name, let session)), (.put, .upload(let name, let session)):
            return continueUpload(session, request, name, &repository)
        case (.put, .manifest(let name, .tag(let tag))):
            let claim = claim(of: tag, request, in: repository, name)
            return store(claim, early ?? rule(claim), &repository)
        case (.head, .manifest(_, let reference)), (.get, .manifest(_, let reference)):
            return manifest(reference, isHead: request.method == .head, repository)
        case (.delete, .manifest(_, let reference)): return delete(reference, &repository)
        case (.get, .tags(let name)):
            let tags = repository.tags.keys.sorted().map { "\"\($0)\"" }.joined(separator: ",")
            return HTTPResponse(
                status: 200, headers: ["Content-Type": "application/json"],
                body: Array(#"{"name":"\#(name)","tags":[\#(tags)]}"#.utf8))
        default: return .error(405, "UNSUPPORTED", "not here")
        }
    }

    private func continueUpload(
        _ session: String, _ request: HTTPRequest, _ name: RepositoryName, _ repository: inout Repository
    ) -> HTTPResponse {
        guard var bytes = repository.uploads[session] else {
            return .error(404, "BLOB_UPLOAD_UNKNOWN", "no such upload")
        }
        if let range = request.headers["Content-Range"], !range.hasPrefix("\(bytes.count)-") {
            return .error(416, "BLOB_UPLOAD_INVALID", "out of order")
        }
        let came = request.body?.inMemory ?? []
        bytes += came
        repository.uploads[session] = bytes
        if request.method == .patch {
            repository.lastUpload = request.headers["Content-Range"] == nil ? "stream" : "range"
            return HTTPResponse(
                status: 202,
                headers: [
                    "Location": "/v2/\(name)/blobs/uploads/\(session)", "Range": "0-\(bytes.count - 1)",
                ])
        }
        if !came.isEmpty { repository.lastUpload = "body" }
        guard let digest = request.url.digest, digest == Digest(of: bytes) else {
            return .error(400, "DIGEST_INVALID", "the digest differs")
        }
        repository.uploads[session] = nil
        repository.blobs[digest] = bytes
        return HTTPResponse(status: 201, headers: ["Location": "/v2/\(name)/blobs/\(digest)"])
    }
}

extension MemoryRegistry {
    private func claim(
        of tag: Tag, _ request: HTTPRequest, in repository: Repository, _ name: RepositoryName
    ) -> Claim {
        let bytes = request.body?.inMemory ?? []
        return Claim(
            repository: name, tag: tag,
            new: StoredManifest(
                digest: Digest(of: bytes), type: request.headers["Content-Type"] ?? "", bytes: bytes),
            current: repository.tags[tag].flatMap { repository.manifests[$0] },
            wasDeleted: repository.deleted.contains(tag), refusals: repository.refusals,
            lastUpload: repository.lastUpload, isRace: request.barrier != nil)
    }

    private func store(_ claim: Claim, _ decision: Decision, _ repository: inout Repository) -> HTTPResponse {
        let type = try? MediaType(claim.new.type)
        guard let type, let manifest = try? Manifest(claim.new.bytes, mediaType: type) else {
            return .error(400, "MANIFEST_INVALID", "not a manifest")
        }
        if !decision.answer.isSuccess { repository.refusals += 1 }
        guard decision.moves else { return decision.answer }
        guard manifest.children.allSatisfy({ repository.blobs[$0.digest] != nil }) else {
            return .error(404, "MANIFEST_BLOB_UNKNOWN", "a blob is missing")
        }
        repository.manifests[claim.new.digest] = claim.new
        repository.tags[claim.tag] = claim.new.digest
        repository.deleted.remove(claim.tag)
        return decision.answer
    }

    private func manifest(
        _ reference: RegistryRoute.ManifestReference, isHead: Bool, _ repository: Repository
    ) -> HTTPResponse {
        let digest: Digest? =
            switch reference {
            case .tag(let tag): repository.tags[tag]
            case .digest(let digest): digest
            }
        guard let digest, let stored = repository.manifests[digest] else {
            return isHead ? HTTPResponse(status: 404) : .error(404, "MANIFEST_UNKNOWN", "no such manifest")
        }
        return HTTPResponse(
            status: 200, headers: ["Content-Type": stored.type, "Docker-Content-Digest": "\(digest)"],
            body: isHead ? [] : stored.bytes)
    }

    private func delete(
        _ reference: RegistryRoute.ManifestReference, _ repository: inout Repository
    ) -> HTTPResponse {
        let (deletion, tags): (Deletion, [Tag]) =
            switch reference {
            case .tag(let tag): (tagDeletion, [tag])
            case .digest(let digest):
                (digestDeletion, repository.tags.filter { $0.value == digest }.map(\.key))
            }
        switch deletion {
        case .denied: return .error(409, "DENIED", "immutable")
        case .unsupported: return .error(405, "UNSUPPORTED", "deletes are off")
        case .remembered: repository.deleted.formUnion(tags)
        case .forgotten: break
        }
        for tag in tags { repository.tags[tag] = nil }
        return HTTPResponse(status: 202)
    }
}

extension ByteSource {
    /// The bytes; none for a file, which no pusher sends.
    var inMemory: [UInt8] {
        guard case .bytes(let bytes) = self else { return [] }
        return bytes
    }
}

extension HTTPURL {
    /// The value of `digest` in the query.
    var digest: Digest? {
        let member = query?.split(separator: "&").first { $0.hasPrefix("digest=") }
        return member.flatMap { try? Digest($0.dropFirst("digest=".count)) }
    }
}
