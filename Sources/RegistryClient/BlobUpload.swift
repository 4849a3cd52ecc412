// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import RegistryTransport

/// One blob on its way into a repository.
///
/// It goes in one PUT; in chunks where the registry asks for those or refuses so many bytes at once. When a request
/// breaks, the registry is asked how far the session has come, and the upload goes on from there; a session that is
/// gone is opened anew. How many faults are borne is limited.
///
/// Source: distribution-spec 1.1, "Pushing blobs".
struct BlobUpload {
    private let repository: RemoteRepository
    private let descriptor: Descriptor
    private let source: ByteSource
    private let advancing: TransferProgress
    private var session: UploadSession?
    /// The length of a chunk; nil for all in one.
    private var chunkBytes: Int64?
    private var faults: FaultCount

    init(_ delivery: BlobDelivery, from source: ByteSource, to repository: RemoteRepository) {
        self.repository = repository
        self.descriptor = delivery.descriptor
        self.source = source
        self.session = delivery.session
        advancing = delivery.advancing
        faults = FaultCount(repository.client.backOff)
    }

    mutating func run() async throws(RegistryError) {
        guard source.count == descriptor.size else {
            throw .mismatch(
                ContentMismatch(
                    request: "\(descriptor.digest)", expected: "\(descriptor.size) bytes",
                    actual: "\(source.count) bytes"))
        }
        while true {
            let session = try await open()
            do throws(RegistryError) {
                return try await send(in: session)
            } catch {
                if try await isStored(despite: error) { return }
            }
        }
    }

    /// Sends what the registry does not have, and closes the session.
    private mutating func send(in opened: UploadSession) async throws(RegistryError) {
        var session = opened
        if session.offset == 0, descriptor.size <= chunkBytes ?? .max {
            return try await finish(session, with: source)
        }
        while session.offset < descriptor.size {
            try await append(to: &session)
            self.session = session
            faults.reach(session.offset)
        }
        try await finish(session, with: nil)
    }

    /// The session that is open, else a new one.
    private mutating func open() async throws(RegistryError) -> UploadSession {
        if let session, session.offset <= descriptor.size { return session }
        let open = HTTPRequest(.post, repository.client.url(.uploads(repository.name)))
        var answer = try await repository.client.send(open)
        while answer.status != 202 {
            // The transport sends this again when the connection breaks, and not after a 500.
            let error = RegistryError(answer, to: open)
            guard error.isPassing else { throw error }
            try await faults.endure(error)
            answer = try await repository.client.send(open)
        }
        let opened = try UploadSession(answer, to: open)
        if let minimum = opened.minimumChunkBytes, chunkBytes ?? 0 < minimum {
            chunkBytes = max(minimum, repository.client.chunkBytes)
        }
        session = opened
        return opened
    }

    private func append(to session: inout UploadSession) async throws(RegistryError) {
        let start = session.offset
        let chunk = source.slice(from: start, count: chunkBytes ?? .max)
        let end = start + chunk.count
        var patch = HTTPRequest(.patch, session.url, body: chunk)
        patch.scopes = repository.uploadScopes
        patch.headers["Content-Type"] = MediaType.octetStream.rawValue
        patch.headers["Content-Range"] = "\(start)-\(end - 1)"
        patch.onSent = { [advancing] in advancing(.sending, start + $0) }
        let answer = try await repository.expect([202, 204], to: patch)
        try session.advance(answer, to: patch, end: end)
        guard session.offset > start, session.offset <= end else {
            throw .mismatch(
                ContentMismatch(
                    request: "PATCH \(patch.url.redacted)", expected: "bytes up to \(end)",
                    actual: "\(session.offset) bytes"))
        }
    }

    private func finish(_ session: UploadSession, with body: ByteSource?) async throws(RegistryError) {
        let url = session.url.adding("digest", descriptor.digest.description)
        var put = HTTPRequest(.put, url, body: body)
        put.scopes = repository.uploadScopes
        put.headers["Content-Type"] = MediaType.octetStream.rawValue
        if body != nil { put.onSent = { [advancing] in advancing(.sending, $0) } }
        let stored = try await repository.expect([200, 201, 202, 204], to: put)
        // 201 is what it should be. Others are taken at their word only when the blob is really there.
        if [200, 202].contains(stored.status), try await !repository.hasBlob(descriptor.digest) {
            throw RegistryError(stored, to: put)
        }
        // A registry may have verified one algorithm and name the blob by another.
        if let digest = stored.headers["Docker-Content-Digest"], digest != descriptor.digest.description,
            digest.hasPrefix("\(descriptor.digest.algorithmName):")
        {
            throw .mismatch(
                ContentMismatch(
                    request: "PUT \(url.redacted)", expected: "\(descriptor.digest)", actual: digest))
        }
    }
}

extension BlobUpload {
    /// What is to be done after an error.
    private enum Remedy {
        /// Wait, and go on from where the registry is.
        case goOn
        /// Wait, and begin in a new session.
        case beginAnew
        /// Send less at once.
        case useChunks(ofBytes: Int64)
    }

    /// Makes the next try possible, or finds that the blob was stored and only the answer got lost.
    ///
    /// - Throws: `error` when nothing can be done about it.
    private mutating func isStored(despite error: RegistryError) async throws(RegistryError) -> Bool {
        switch remedy(for: error) {
        case nil: throw await explained(error)
        case .useChunks(let bytes):
            chunkBytes = bytes
            session = nil
            return false
        case .beginAnew:
            try await faults.endure(error)
            session = nil
        case .goOn:
            try await faults.endure(error)
            if let known = session { session = try await resumed(known) }
        }
        return try await repository.hasBlob(descriptor.digest)
    }

    /// Bytes that the registry refuses may have changed where they lie: that is then what there is to say.
    private func explained(_ error: RegistryError) async -> RegistryError {
        guard case .unexpected(let answer) = error,
            answer.errors.first?.code == RegistryErrorCode.digestInvalid.rawValue,
            let algorithm = descriptor.digest.algorithm,
            let actual = try? await BlockingThread.run({ [source] in try source.digest(algorithm) }),
            actual != descriptor.digest
        else { return error }
        return .local(
            ImageStoreError.damaged(descriptor.digest, reason: "has the bytes of \(actual)"))
    }

    private func remedy(for error: RegistryError) -> Remedy? {
        if error.isPassing { return .goOn }
        switch error {
        case .unexpected(let answer), .notFound(let answer):
            let code = answer.errors.first.flatMap { RegistryErrorCode(rawValue: $0.code) }
            switch (answer.status, code) {
            case (413, _): return smallerChunk.map { .useChunks(ofBytes: $0) }
            case (416, _): return .goOn
            case (_, .blobUploadUnknown), (_, .blobUploadInvalid): return .beginAnew
            // The bytes are right here, and came in pieces: one of those went wrong.
            case (_, .digestInvalid) where session?.isResumed == true: return .beginAnew
            default: return nil
            }
        default: return nil
        }
    }

    /// Half of what was too large; nil when that would be less than makes sense.
    private var smallerChunk: Int64? {
        let half = min(chunkBytes ?? descriptor.size, descriptor.size) / 2
        let chunk = chunkBytes == nil ? min(repository.client.chunkBytes, half) : half
        return chunk >= max(session?.minimumChunkBytes ?? 0, 1 << 20) ? chunk : nil
    }

    /// Asks how far a session has come; nil when it is gone.
    private mutating func resumed(_ known: UploadSession) async throws(RegistryError) -> UploadSession? {
        var session = known
        var question = HTTPRequest(.get, known.url)
        question.scopes = repository.uploadScopes
        let answer = try await repository.client.send(question)
        guard [200, 202, 204].contains(answer.status) else { return nil }
        try session.resume(answer, to: question)
        faults.reach(session.offset)
        return session
    }
}
