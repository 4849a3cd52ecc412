// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// One blob on its way into a repository: an upload session that is opened, filled by one PUT, and opened anew
/// when the connection breaks.
///
/// Source: distribution-spec 1.1, "POST then PUT".
struct BlobUpload {
    let repository: RemoteRepository
    let descriptor: Descriptor
    let source: ByteSource

    private static let attempts = 3

    func run() async throws(RegistryError) {
        var attempt = 1
        while true {
            do {
                return try await upload()
            } catch {
                guard attempt < BlobUpload.attempts, BlobUpload.isPassing(error) else { throw error }
                attempt += 1
                // The answer may have got lost after the blob was stored.
                if try await isStored() { return }
            }
        }
    }

    private func upload() async throws(RegistryError) {
        let client = repository.client
        let open = HTTPRequest(.post, client.url(.uploads(repository.name)))
        let session = try await repository.expect([202], to: open)
        guard let location = session.headers["Location"] else { throw RegistryError(session, to: open) }
        var url: HTTPURL
        do {
            url = try open.url.resolving(location)
        } catch {
            throw .local(error)
        }
        url = url.adding("digest", descriptor.digest.description)
        var put = HTTPRequest(.put, url, headers: ["Content-Type": MediaType.octetStream.rawValue])
        put.body = source
        let stored = try await repository.expect([201, 204], to: put)
        if let digest = stored.headers["Docker-Content-Digest"], digest != descriptor.digest.description {
            throw .mismatch(
                ContentMismatch(
                    request: "PUT \(url.redacted)", expected: "\(descriptor.digest)", actual: digest))
        }
    }

    private func isStored() async throws(RegistryError) -> Bool {
        do {
            return try await repository.contains(descriptor)
        } catch {
            throw error as? RegistryError ?? .local(error)
        }
    }

    /// Faults of the connection or of the moment, not of the content.
    private static func isPassing(_ error: RegistryError) -> Bool {
        switch error {
        case .transport(let error): error.isTransient
        case .unexpected(let answer): [408, 416, 500, 502, 504].contains(answer.status)
        case .notFound(let answer): answer.errors.first?.code == RegistryErrorCode.blobUploadUnknown.rawValue
        case .refused, .unauthorized, .mismatch, .local: false
        }
    }
}
