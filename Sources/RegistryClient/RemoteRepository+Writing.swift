// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import ImageStore
package import OCISpec
import RegistryTransport

extension RemoteRepository: BlobWriter {
    package func contains(_ descriptor: Descriptor) async throws -> Bool {
        if descriptor.mediaType.isManifest { return try await resolve(.digest(descriptor.digest)) != nil }
        let request = HTTPRequest(.head, client.url(.blob(name, descriptor.digest)))
        let response = try await client.send(request)
        switch response.status {
        case 200: return true
        case 404: return false
        default: throw RegistryError(response, to: request)
        }
    }

    package func write(_ descriptor: Descriptor, from source: ByteSource) async throws {
        guard descriptor.mediaType.isManifest else {
            try await BlobUpload(repository: self, descriptor: descriptor, source: source).run()
            return
        }
        let bytes = try await BlockingThread.run { try source.readAll() }
        _ = try await put(Manifest(bytes, mediaType: descriptor.mediaType), as: nil)
    }

    package func write(
        _ descriptor: Descriptor, arriving download: @Sendable (any BlobSink) async throws -> Void
    ) async throws {
        let spool = try SpoolFile(in: client.spoolFolder, expecting: descriptor)
        try await download(spool)
        try await write(descriptor, from: spool.verified())
    }
}
