// SPDX-License-Identifier: Apache-2.0

import ImageStore
import RegistryTransport
import Synchronization

/// A web of a few pages; everything else is 404.
final class FakeWeb: HTTPTransport {
    struct Page: Sendable {
        var status = 200
        var headers: HTTPHeaders = [:]
        var body: [UInt8] = []

        static func text(_ text: String, _ headers: HTTPHeaders = [:]) -> Page {
            Page(headers: headers, body: Array(text.utf8))
        }

        static func redirect(to location: String) -> Page {
            Page(status: 302, headers: ["Location": location])
        }
    }

    private let pages: [String: Page]
    private let log = Mutex([HTTPRequest]())

    /// By URL, without the query.
    init(_ pages: [String: Page]) {
        self.pages = pages
    }

    var requests: [HTTPRequest] { log.withLock { $0 } }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        log.withLock { $0.append(request) }
        let page = pages[request.url.redacted] ?? Page(status: 404)
        var response = HTTPResponse(status: page.status, headers: page.headers)
        guard request.method == .get else { return response }
        guard case .sink(let sink) = body, page.status == 200 else {
            response.body = page.body
            return response
        }
        do {
            try page.body.withUnsafeBytes { try sink.append($0) }
        } catch {
            throw TransportError(.sinkFailed, request, "\(error)", cause: error)
        }
        return response
    }
}
