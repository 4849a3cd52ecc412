// SPDX-License-Identifier: Apache-2.0

package import ImageStore
package import OCISpec
import RegistryTransport

extension RemoteRepository: BlobReader {
    package func read(_ descriptor: Descriptor, limitBytes: Int) async throws -> [UInt8] {
        guard descriptor.size <= limitBytes else {
            throw RegistryError.mismatch(
                ContentMismatch(
                    request: "\(name)@\(descriptor.digest)", expected: "at most \(limitBytes) bytes",
                    actual: "\(descriptor.size) bytes"))
        }
        let request = contentRequest(descriptor)
        let response = try await expect([200], to: request, receiving: .memory(limitBytes: limitBytes))
        let actual = Digest(of: response.body, algorithm: descriptor.digest.algorithm ?? .sha256)
        guard actual == descriptor.digest, response.body.count == descriptor.size else {
            throw RegistryError.mismatch(
                ContentMismatch(
                    request: "GET \(request.url.redacted)",
                    expected: "\(descriptor.digest) of \(descriptor.size) bytes",
                    actual: "\(actual) of \(response.body.count) bytes"))
        }
        return response.body
    }

    /// Streams a content into a writer; between repositories of one registry a blob is mounted, if the registry
    /// does that.
    package func transfer(
        _ descriptor: Descriptor, to writer: any BlobWriter, advancing: @escaping TransferProgress
    ) async throws -> TransferOutcome {
        let download = { @Sendable (sink: any BlobSink) in
            var download = BlobDownload(descriptor, from: self, into: sink, advancing: advancing)
            try await download.run()
        }
        guard let target = writer as? RemoteRepository, isNeighbour(of: target),
            !descriptor.mediaType.isManifest
        else {
            try await writer.write(descriptor, advancing: advancing, arriving: download)
            return .moved
        }
        switch try await target.mount(descriptor.digest, from: name) {
        case .mounted: return .mounted(from: name)
        case .declined(let session):
            let delivery = BlobDelivery(descriptor: descriptor, session: session, advancing: advancing)
            try await target.write(delivery, arriving: download)
            return .moved
        }
    }

    /// The GET for a content, manifest or blob.
    func contentRequest(_ descriptor: Descriptor) -> HTTPRequest {
        guard descriptor.mediaType.isManifest else {
            return HTTPRequest(
                .get, client.url(.blob(name, descriptor.digest)), headers: ["Accept": "*/*"])
        }
        return HTTPRequest(
            .get, client.url(.manifest(name, .digest(descriptor.digest))),
            headers: ["Accept": RemoteRepository.acceptedManifests])
    }
}
