// SPDX-License-Identifier: Apache-2.0

import Conformance
import ImageStore
import OCISpec
import RegistryTransport

/// What a registry in memory knows, and how it answers.
struct MemoryState: Sendable {
    struct Repository: Sendable {
        var blobs: [Digest: [UInt8]] = [:]
        var manifests: [Digest: StoredManifest] = [:]
        var tags: [Tag: Digest] = [:]
        var pasts: [Tag: TagPast] = [:]
        var uploads: [String: [UInt8]] = [:]
        var refusals = 0
        var refused: Set<Digest> = []
        var lastUpload = ""
        var rivals: [Tag: Rivals] = [:]
        var raced: Set<Tag> = []
        var looks: [Tag: Int] = [:]
        /// Lists that were refused for a tag that shows an image.
        var refusedLists: [Tag: Digest] = [:]
    }

    var repositories: [RepositoryName: Repository] = [:]
    var policies = PolicyBook()
    var isReadOnly = false
    var isFull = false
    /// How long it has been at work: a clock that moves with its answers alone.
    var elapsed = Duration.zero
    /// How many claims there have been: the registry's clock.
    var claims = 0
    private var sessions = 0

    /// A request is there but for its last byte.
    ///
    /// - Returns: What a registry decides that does not wait for the rest.
    mutating func arrive(_ call: MemoryCall) -> Decision? {
        guard call.request.method == .put, let tag = call.tags.first else { return nil }
        if call.request.barrier != nil {
            let digest = Digest(of: call.request.body?.inMemory ?? [])
            repositories[call.repository, default: Repository()].rivals[tag, default: Rivals()].digests
                .insert(digest)
            repositories[call.repository]?.rivals[tag]?.types.insert(
                call.request.headers["Content-Type"] ?? "")
            repositories[call.repository]?.raced.insert(tag)
        }
        guard call.behaviour.decidesEarly else { return nil }
        return call.behaviour.rule(claim(of: tag, call))
    }

    /// A request has ended without its last byte.
    mutating func cut(_ call: MemoryCall) {
        guard let tag = call.tags.first else { return }
        repositories[call.repository]?.rivals[tag] = nil
        // Unless what came is whole.
        if call.has(.cutTakesTheTag), call.request.body?.inMemory.last == UInt8(ascii: "}") {
            repositories[call.repository]?.pasts[tag, default: TagPast()].wasDeleted = true
        }
        if call.has(.shortBodyIsStored) { _ = put(call.withoutLastByte, nil) }
    }

    /// Answers, and takes its time.
    mutating func answer(_ call: MemoryCall, _ early: Decision?) -> HTTPResponse {
        let answer = decided(call, early)
        let isLate = call.has(.refusesLate) && answer.status == 409
        elapsed += isLate ? .milliseconds(250) : .milliseconds(1)
        return answer
    }

    private mutating func decided(_ call: MemoryCall, _ early: Decision?) -> HTTPResponse {
        let isWrite = call.request.method != .get && call.request.method != .head
        if isReadOnly, isWrite { return readOnlyAnswer(call) }
        if isFull, isWrite { return fullAnswer(call) }
        if repositories[call.repository] == nil { repositories[call.repository] = Repository() }
        switch (call.request.method, call.route) {
        case (.head, .blob(_, let digest)), (.get, .blob(_, let digest)):
            guard var bytes = repositories[call.repository]?.blobs[digest] else {
                return .error(404, "BLOB_UNKNOWN", "no such blob")
            }
            if call.has(.layersRot), (repositories[call.repository]?.refusals ?? 0) > 2 { bytes.append(0) }
            return HTTPResponse(status: 200, body: call.request.method == .get ? bytes : [])
        case (.delete, .blob(_, let digest)):
            guard call.has(.blobCanBeDeleted) else { return .error(405, "UNSUPPORTED", "not here") }
            repositories[call.repository]?.blobs[digest] = nil
            return HTTPResponse(status: 202)
        case (.post, .uploads): return beginUpload(call)
        case (.patch, .upload(_, let session)), (.put, .upload(_, let session)):
            return continueUpload(session, call)
        case (.put, .manifest): return put(call, early)
        case (.post, .manifest) where call.has(.postIsPut): return put(call, nil)
        case (.head, .manifest(_, let reference)), (.get, .manifest(_, let reference)):
            return manifest(reference, call)
        case (.delete, .manifest(_, let reference)): return delete(reference, call)
        case (.get, .tags): return list(call)
        default: return .error(405, "UNSUPPORTED", "not here")
        }
    }

    private func readOnlyAnswer(_ call: MemoryCall) -> HTTPResponse {
        if call.has(.failsOpen), call.request.isManifestPut { return HTTPResponse(status: 201) }
        // Blobs may still be looked at: the manifest is what counts.
        return .error(500, "UNKNOWN", "the storage is read-only")
    }

    private mutating func fullAnswer(_ call: MemoryCall) -> HTTPResponse {
        if call.has(.fullDiskDenies) { return .error(409, "DENIED", "the quota is used up") }
        if call.has(.fullDiskTakesTheTag), let tag = call.tags.first,
            repositories[call.repository]?.tags[tag] == nil
        {
            repositories[call.repository]?.tags[tag] = Digest(of: call.request.body?.inMemory ?? [])
        }
        return .error(507, "UNKNOWN", "no space left on the device")
    }

    mutating func perform(_ hook: RegistryHook, _ behaviour: Behaviour) {
        switch hook {
        case .readOnly: isReadOnly = true
        case .writable: isReadOnly = false
        case .fullDisk: isFull = true
        case .freeDisk: isFull = false
        case .restart:
            guard behaviour.has(.restartForgetsDeletions) else { return }
            for name in repositories.keys { repositories[name]?.pasts = [:] }
        case .kill:
            for (name, repository) in repositories {
                if behaviour.has(.killLosesTags) {
                    for (tag, past) in repository.pasts where !past.cameHeld {
                        repositories[name]?.tags[tag] = nil
                    }
                }
                guard behaviour.has(.killLosesHeldManifests) else { continue }
                for (tag, past) in repository.pasts where past.cameHeld {
                    if let digest = repository.tags[tag] { repositories[name]?.manifests[digest] = nil }
                }
            }
        }
    }
}

extension MemoryState {
    private mutating func beginUpload(_ call: MemoryCall) -> HTTPResponse {
        let name = call.repository
        if let text = call.request.url.member("mount"), let digest = try? Digest(text),
            let from = call.request.url.member("from").flatMap({ try? RepositoryName($0) }),
            let bytes = repositories[from]?.blobs[digest]
        {
            repositories[name]?.blobs[digest] = bytes
            return HTTPResponse(status: 201, headers: ["Location": "/v2/\(name)/blobs/\(digest)"])
        }
        if let digest = call.request.url.digest {
            let bytes = call.request.body?.inMemory ?? []
            return finish(digest, bytes, call)
        }
        if call.has(.uploadsAreFew), (repositories[name]?.uploads.count ?? 0) > 10 {
            return .error(400, "BLOB_UPLOAD_INVALID", "too many uploads")
        }
        sessions += 1
        let session = "session-\(sessions)"
        repositories[name]?.uploads[session] = []
        return HTTPResponse(status: 202, headers: ["Location": "/v2/\(name)/blobs/uploads/\(session)"])
    }

    private mutating func continueUpload(_ session: String, _ call: MemoryCall) -> HTTPResponse {
        let (name, request) = (call.repository, call.request)
        var bytes = repositories[name]?.uploads[session]
        if bytes == nil, call.has(.sessionsAreShared) {
            bytes = repositories.values.compactMap { $0.uploads[session] }.first
        }
        guard var bytes else { return .error(404, "BLOB_UPLOAD_UNKNOWN", "no such upload") }
        if let range = request.headers["Content-Range"], !range.hasPrefix("\(bytes.count)-") {
            return .error(416, "BLOB_UPLOAD_INVALID", "out of order")
        }
        let came = request.body?.inMemory ?? []
        bytes += came
        repositories[name]?.uploads[session] = bytes
        if request.method == .patch {
            let hasLength = request.framing == .length
            repositories[name]?.lastUpload =
                request.headers["Content-Range"] != nil ? "range" : hasLength ? "whole" : "stream"
            return HTTPResponse(
                status: 202,
                headers: [
                    "Location": "/v2/\(name)/blobs/uploads/\(session)", "Range": "0-\(bytes.count - 1)",
                ])
        }
        if !came.isEmpty { repositories[name]?.lastUpload = "body" }
        repositories[name]?.uploads[session] = nil
        return finish(request.url.digest, bytes, call)
    }

    private mutating func finish(_ digest: Digest?, _ bytes: [UInt8], _ call: MemoryCall) -> HTTPResponse {
        guard let digest, let algorithm = digest.algorithm, digest == Digest(of: bytes, algorithm: algorithm)
        else { return .error(400, "DIGEST_INVALID", "the digest differs") }
        if call.has(.blobAgainIsRefused), repositories[call.repository]?.blobs[digest] != nil {
            return .error(400, "BLOB_UPLOAD_INVALID", "it is there already")
        }
        repositories[call.repository]?.blobs[digest] = bytes
        return HTTPResponse(
            status: 201, headers: ["Location": "/v2/\(call.repository)/blobs/\(digest)"])
    }

    private func list(_ call: MemoryCall) -> HTTPResponse {
        var all = (repositories[call.repository]?.tags.keys.map { $0 } ?? []).sorted()
        if call.has(.refusedListIsUnlisted), let lost = repositories[call.repository]?.refusedLists {
            all.removeAll { lost[$0] != nil }
        }
        let last = call.request.url.member("last").flatMap { try? Tag($0) }
        var page = last.map { last in all.filter { last < $0 } } ?? all
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let count = call.request.url.member("n").flatMap({ Int($0) }), page.count > count {
            page = Array(page.prefix(count))
            if let end = page.last, !call.has(.pagesEndEarly) {
                headers["Link"] =
                    "</v2/\(call.repository)/tags/list?n=\(count)&last=\(end)>; rel=\"next\""
            }
        }
        if call.has(.listShowsRefused), (repositories[call.repository]?.refusals ?? 0) > 0,
            let tag = try? Tag("refused")
        {
            page.append(tag)
        }
        let tags = page.map { "\"\($0)\"" }.joined(separator: ",")
        return HTTPResponse(
            status: 200, headers: headers,
            body: Array(#"{"name":"\#(call.repository)","tags":[\#(tags)]}"#.utf8))
    }
}
