// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// An upload that has been started, at the place that the registry named last.
struct UploadSession {
    let wire: Wire
    let repository: RepositoryName
    private(set) var location: HTTPURL
    /// The answer to the POST.
    let start: Exchange

    /// How an upload began.
    enum Start {
        case session(UploadSession)
        case stopped(UploadStop)
    }

    /// `POST …/blobs/uploads/` without a body.
    static func begin(
        _ repository: RepositoryName, over wire: Wire, headers: HTTPHeaders = HTTPHeaders()
    ) async throws(TransportError) -> Start {
        let exchange = try await wire.send(wire.request(.post, .uploads(repository), headers: headers))
        guard exchange.response.isSuccess else { return .stopped(UploadStop(exchange)) }
        guard let session = UploadSession(exchange, repository, over: wire) else {
            return .stopped(UploadStop(exchange, fault: "it does not say where to send the blob (Location)"))
        }
        return .session(session)
    }

    /// The session that an answer to POST begins; nil when it does not say where.
    init?(_ start: Exchange, _ repository: RepositoryName, over wire: Wire) {
        guard let location = start.location else { return nil }
        self.wire = wire
        self.repository = repository
        self.location = location
        self.start = start
    }

    /// The same session, to be continued in another repository; nil when its address does not name its own.
    func moved(to other: RepositoryName) -> UploadSession? {
        let marks = ("/\(repository)/", "/\(other)/")
        guard location.path.contains(marks.0) else { return nil }
        var moved = self
        moved.location.path = location.path.replacing(marks.0, with: marks.1)
        return moved
    }

    /// Sends bytes with PATCH, to the place that the answer before it named.
    ///
    /// - Returns: nil when the registry took them.
    mutating func patch(
        _ bytes: [UInt8], headers: HTTPHeaders, framing: HTTPRequest.Framing
    ) async throws(TransportError) -> UploadStop? {
        var request = HTTPRequest(.patch, location, headers: headers, body: .bytes(bytes))
        request.framing = framing
        let exchange = try await wire.send(request)
        guard exchange.response.isSuccess else { return UploadStop(exchange) }
        location = exchange.location ?? location
        return nil
    }

    /// Ends the upload with `PUT …?digest=`, the rest of the bytes in its body.
    func finish(
        _ digest: Digest, body: [UInt8]? = nil, headers: HTTPHeaders = HTTPHeaders()
    ) async throws(TransportError) -> UploadStop? {
        let exchange = try await wire.send(
            HTTPRequest(
                .put, location.adding("digest", digest.description), headers: headers,
                body: body.map(ByteSource.bytes)))
        return exchange.response.isSuccess ? nil : UploadStop(exchange)
    }

    /// Tells the registry that no bytes will come; whatever it answers, the session ends by itself one day.
    ///
    /// Source: CNCF Distribution, HTTP API v2, "Canceling an Upload".
    func giveUp() async {
        guard location.authority == start.request.url.authority else { return }
        _ = try? await wire.send(HTTPRequest(.delete, location))
    }
}
