// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import RegistryTransport
import SystemPackage

/// Fetches one file over HTTP into a folder.
struct Download: Sendable {
    /// Sends once; retries and redirects are ours.
    let transport: any HTTPTransport
    /// What a server may send: 16 GiB, as much as any image that we know of.
    var limitBytes: Int64 = 16 << 30
    /// Hears how far it has come, and of what went wrong before it is tried again.
    var news: ErrandNews?

    struct File: Sendable {
        let path: FilePath
        let size: Int64
        /// Seconds since 1970, as the server says.
        let lastModified: Int64?
    }

    /// Writes what the address names into `folder`, which must exist and have no file `download` yet; `digest` is
    /// what the bytes must have, nil when nobody has said.
    ///
    /// - Throws: ``DownloadError`` for another answer than 200, other bytes, or too many; ``TransportError``.
    func fetch(_ address: WebAddress, into folder: FilePath, expecting digest: Digest?) async throws -> File {
        let path = folder.appending("download")
        let sink = try DownloadSink(
            path, limitBytes: limitBytes, algorithm: digest?.algorithm ?? .sha256, news: news)
        // A server that compresses on the way would change the bytes that the checksum is about.
        var request = HTTPRequest(.get, address.url, headers: ["Accept-Encoding": "identity"])
        request.headers["Authorization"] = address.authorization
        let response: HTTPResponse
        do {
            response = try await RedirectingTransport(patient).send(request, receiving: .sink(sink))
        } catch {
            if error.kind == .sinkFailed, let cause = error.cause { throw cause }
            throw error
        }
        guard response.status == 200 else {
            throw DownloadError(address: address, reason: "the server answered \(response.status)")
        }
        let (size, actual) = sink.finish()
        if let digest, digest != actual {
            throw DownloadError(address: address, reason: "its digest is \(actual), not \(digest)")
        }
        return File(
            path: path, size: size, lastModified: response.headers["Last-Modified"].flatMap(HTTPDate.seconds))
    }

    /// A server that is not there at all is no server that is busy: that is said at once, as for an image.
    private var patient: RetryingTransport {
        var policy = RetryPolicy()
        policy.retriesUnreachable = false
        return RetryingTransport(
            transport, policy: policy,
            retrying: { [news] outcome, _ in
                switch outcome {
                case .answer(let response):
                    news?.tell(retryingAfter: "the server answered \(response.status)")
                case .failure(let error): news?.tell(retryingAfter: "\(error)")
                }
            })
    }
}

/// A URL did not give the file that was asked for.
struct DownloadError: Error, Hashable, CustomStringConvertible {
    let address: WebAddress
    let reason: String

    var description: String { "cannot get \(address): \(reason)" }
}
