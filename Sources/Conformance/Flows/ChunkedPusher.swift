// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// A client that uploads in chunks: POST, a PATCH with `Content-Range` for each chunk, an empty PUT; then the
/// manifest of OCI.
///
/// Source: distribution-spec 1.1, "Pushing a blob in chunks".
struct ChunkedPusher: SessionPusher {
    /// Small, so that the layer of a test image needs several.
    private static let chunkBytes = 1024

    var form: ImageForm { .oci }
    var manner: ClientManner { .specification }

    func send(_ blob: TestBlob, in session: inout UploadSession) async throws(TransportError) -> UploadStop? {
        let least = session.start.response.headers["OCI-Chunk-Min-Length"].flatMap { Int($0) } ?? 0
        let size = max(least, ChunkedPusher.chunkBytes)
        var offset = 0
        while offset < blob.bytes.count {
            let end = min(offset + size, blob.bytes.count)
            let headers: HTTPHeaders = [
                "Content-Type": MediaType.octetStream.rawValue, "Content-Range": "\(offset)-\(end - 1)",
            ]
            let chunk = Array(blob.bytes[offset..<end])
            if let stop = try await session.patch(chunk, headers: headers, framing: .length) { return stop }
            offset = end
        }
        return try await session.finish(blob.digest)
    }
}
