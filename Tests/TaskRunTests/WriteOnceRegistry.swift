// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport
import Synchronization

/// A registry in memory, behind the HTTP seam, that refuses to move a tag.
final class WriteOnceRegistry: HTTPTransport {
    private struct Contents {
        var blobs: [String: [UInt8]] = [:]
        /// By repository and tag or digest.
        var manifests: [String: [UInt8]] = [:]
    }

    private let contents = Mutex(Contents())

    /// The digest that a tag stands at.
    func digest(_ repository: String, _ tag: String) -> Digest? {
        contents.withLock { $0.manifests["\(repository)/\(tag)"].map { Digest(of: $0) } }
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        let sent: [UInt8]
        do {
            sent = try request.body?.readAll() ?? []
        } catch {
            throw TransportError(.badRequest, request, "\(error)")
        }
        var response = contents.withLock { answer(request, sent, &$0) }
        if case .sink(let sink) = body, response.status == 200 {
            do {
                try response.body.withUnsafeBytes { try sink.append($0) }
            } catch {
                throw TransportError(.sinkFailed, request, "\(error)", cause: error)
            }
            response.body = []
        }
        return response
    }

    private func answer(_ request: HTTPRequest, _ sent: [UInt8], _ contents: inout Contents) -> HTTPResponse {
        let parts = request.url.path.split(separator: "/").map(String.init)
        guard parts.count > 3 else { return HTTPResponse(status: 200) }
        let name = parts.dropFirst().dropLast(2).joined(separator: "/")
        switch (request.method, parts[parts.count - 2], parts[parts.count - 1]) {
        case (.post, "blobs", "uploads"):
            return HTTPResponse(status: 202, headers: ["Location": "/v2/\(name)/blobs/uploads/u1"])
        case (.put, "uploads", _):
            contents.blobs[Digest(of: sent).description] = sent
            return HTTPResponse(status: 201)
        case (.put, "manifests", let tag): return claim(tag, in: name, for: sent, &contents)
        case (_, "manifests", let tag): return found(contents.manifests["\(name)/\(tag)"])
        case (_, "blobs", let digest): return found(contents.blobs[digest])
        default: return HTTPResponse(status: 404)
        }
    }

    private func claim(
        _ tag: String, in name: String, for manifest: [UInt8], _ contents: inout Contents
    ) -> HTTPResponse {
        if let standing = contents.manifests["\(name)/\(tag)"] {
            let body = """
                {"errors":[{"code":"DENIED","message":"immutable tag: \(name):\(tag) already exists","detail":\
                {"digest":"\(Digest(of: standing))","policy":"registry"}}]}
                """
            return HTTPResponse(
                status: 409, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
        }
        contents.manifests["\(name)/\(tag)"] = manifest
        contents.manifests["\(name)/\(Digest(of: manifest))"] = manifest
        return HTTPResponse(status: 201)
    }

    private func found(_ bytes: [UInt8]?) -> HTTPResponse {
        guard let bytes else { return HTTPResponse(status: 404) }
        return HTTPResponse(
            status: 200,
            headers: [
                "Content-Type": MediaType.ociManifest.rawValue, "Content-Length": "\(bytes.count)",
                "Docker-Content-Digest": Digest(of: bytes).description,
            ], body: bytes)
    }
}
