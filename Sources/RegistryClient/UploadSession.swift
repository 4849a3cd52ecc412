// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// A registry's place for a blob that is on its way.
///
/// Source: distribution-spec 1.1, "Pushing blobs".
struct UploadSession {
    /// Where the next request goes, with the query that the registry gave it.
    private(set) var url: HTTPURL
    /// How many bytes the registry has.
    private(set) var offset: Int64 = 0
    /// The least length of a chunk that is not the last one, where the registry sets one.
    private(set) var minimumChunkBytes: Int64?
    /// The content came, or is coming, in more than one request.
    private(set) var isResumed = false

    /// - Throws: ``RegistryError/unexpected(_:)`` when the answer does not say where the session is.
    init(_ response: HTTPResponse, to request: HTTPRequest) throws(RegistryError) {
        guard let location = response.headers["Location"] else { throw RegistryError(response, to: request) }
        url = try UploadSession.resolve(location, against: request.url)
        minimumChunkBytes = response.headers["OCI-Chunk-Min-Length"].flatMap { Int64($0) }
    }

    /// Takes what an answer to a chunk says: the next place, and how far the registry has come.
    ///
    /// `end` is where the chunk ended; an answer without `Range` has taken all of it.
    mutating func advance(
        _ response: HTTPResponse, to request: HTTPRequest, end: Int64
    ) throws(RegistryError) {
        try move(response, request)
        // `0-0` is one byte, or none.
        offset = UploadSession.last(in: response).map { $0 == 0 ? min(1, end) : $0 + 1 } ?? end
    }

    /// Takes what an answer to the question after the session says.
    mutating func resume(_ response: HTTPResponse, to request: HTTPRequest) throws(RegistryError) {
        try move(response, request)
        // `0-0` is how registries say that they have nothing.
        offset = UploadSession.last(in: response).map { $0 == 0 ? 0 : $0 + 1 } ?? 0
        isResumed = true
    }

    private mutating func move(_ response: HTTPResponse, _ request: HTTPRequest) throws(RegistryError) {
        guard let location = response.headers["Location"] else { return }
        url = try UploadSession.resolve(location, against: request.url)
    }

    private static func resolve(_ location: String, against url: HTTPURL) throws(RegistryError) -> HTTPURL {
        do {
            return try url.resolving(location)
        } catch {
            throw .local(error)
        }
    }

    /// N of `Range: 0-N`; `bytes=` in front is read over.
    private static func last(in response: HTTPResponse) -> Int64? {
        guard let range = response.headers["Range"] else { return nil }
        let bounds = (range.split(separator: "=").last ?? "").split(separator: "-")
        guard bounds.count == 2, bounds[0] == "0", let last = Int64(bounds[1]), last >= 0 else { return nil }
        return last
    }
}
