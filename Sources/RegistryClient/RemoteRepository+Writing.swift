// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import ImageStore
package import OCISpec
import RegistryTransport

extension RemoteRepository: BlobWriter {
    package func contains(_ descriptor: Descriptor) async throws -> Bool {
        if descriptor.mediaType.isManifest { return try await resolve(.digest(descriptor.digest)) != nil }
        return try await hasBlob(descriptor.digest)
    }

    /// Asks before or during an upload.
    func hasBlob(_ digest: Digest) async throws(RegistryError) -> Bool {
        var request = HTTPRequest(.head, client.url(.blob(name, digest)))
        request.scopes = uploadScopes
        return try await expect([200, 404], to: request).status == 200
    }

    package func write(
        _ descriptor: Descriptor, from source: ByteSource, advancing: @escaping TransferProgress
    ) async throws {
        guard descriptor.mediaType.isManifest else {
            let delivery = BlobDelivery(descriptor: descriptor, session: nil, advancing: advancing)
            var upload = BlobUpload(delivery, from: source, to: self)
            return try await upload.run()
        }
        let bytes = try await BlockingThread.run { try source.readAll() }
        let manifest = try Manifest(
            bytes, mediaType: descriptor.mediaType, algorithm: descriptor.digest.algorithm ?? .sha256)
        guard manifest.descriptor.digest == descriptor.digest else {
            throw RegistryError.mismatch(
                ContentMismatch(
                    request: "\(name)", expected: "\(descriptor.digest)",
                    actual: "\(manifest.descriptor.digest)"))
        }
        _ = try await put(manifest, as: nil)
    }

    package func write(
        _ descriptor: Descriptor, advancing: @escaping TransferProgress,
        arriving download: @Sendable (any BlobSink) async throws -> Void
    ) async throws {
        guard descriptor.mediaType.isManifest else {
            let delivery = BlobDelivery(descriptor: descriptor, session: nil, advancing: advancing)
            return try await write(delivery, arriving: download)
        }
        try await spooled(descriptor, arriving: download) { source in
            try await write(descriptor, from: source)
        }
    }

    /// Stores a blob that arrives.
    func write(
        _ delivery: BlobDelivery, arriving download: @Sendable (any BlobSink) async throws -> Void
    ) async throws {
        try await spooled(delivery.descriptor, arriving: download) { source in
            var upload = BlobUpload(delivery, from: source, to: self)
            try await upload.run()
        }
    }

    /// Keeps what arrives in a file, verified, for as long as `body` runs.
    private func spooled(
        _ descriptor: Descriptor, arriving download: @Sendable (any BlobSink) async throws -> Void,
        _ body: (ByteSource) async throws -> Void
    ) async throws {
        let spool = try SpoolFile(in: client.spoolFolder, expecting: descriptor)
        defer { spool.discard() }
        try await download(spool)
        try await body(spool.verified())
    }
}
