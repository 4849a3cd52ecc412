// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// A pusher that looks whether a blob is there, and sends it in an upload session when it is not.
protocol SessionPusher: Pusher {
    /// Sends a whole blob in a session that has just begun.
    ///
    /// - Returns: nil when the registry has the blob now; else the answer with which it stopped the upload.
    func send(_ blob: TestBlob, in session: inout UploadSession) async throws(TransportError) -> UploadStop?

    /// How often the client asks for a blob before it uploads it.
    func looks(for blob: TestBlob) -> Int

    /// What the request that begins an upload has beside the client's own headers.
    var startHeaders: HTTPHeaders { get }
}

extension SessionPusher {
    func looks(for blob: TestBlob) -> Int { manner.blobLooks }

    var startHeaders: HTTPHeaders { HTTPHeaders() }

    func upload(
        _ blob: TestBlob, to repository: RepositoryName, over wire: Wire
    ) async throws(TransportError) -> UploadStop? {
        for _ in 0..<looks(for: blob) {
            let presence = try await wire.presence(
                of: blob, in: repository, headers: manner.looking(forBlob: blob.mediaType))
            switch presence {
            case .there: return nil
            case .unknown(let stop): return stop
            case .missing: continue
            }
        }
        switch try await UploadSession.begin(repository, over: wire, headers: startHeaders) {
        case .stopped(let stop): return stop
        case .session(var session): return try await send(blob, in: &session)
        }
    }
}
