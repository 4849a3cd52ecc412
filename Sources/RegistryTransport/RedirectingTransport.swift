// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Follows redirects; credentials stay with the host that they were meant for.
///
/// GET and HEAD go wherever they are sent; what has a body, or changes something, only where the answer says that the
/// method stays (307, 308), because the same bytes can then be sent once more.
package struct RedirectingTransport: HTTPTransport {
    private let next: any HTTPTransport
    private let limit = 10

    package init(_ next: any HTTPTransport) {
        self.next = next
    }

    package func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        let origin = request.url
        var request = request
        for _ in 0...limit {
            var response = try await next.send(request, receiving: body)
            guard isFollowed(response.status, request.method), let location = response.headers["Location"]
            else {
                // The challenge of another host is none of this registry's: it must not be answered.
                if !request.url.hasSameOrigin(as: origin) { response.headers["WWW-Authenticate"] = nil }
                return response
            }
            let target: HTTPURL
            do {
                target = try request.url.resolving(location)
            } catch {
                throw TransportError(
                    .badRequest, request, "redirected to an unusable address: \(error.reason)")
            }
            if !target.hasSameOrigin(as: request.url) { request.headers["Authorization"] = nil }
            request.url = target
        }
        throw TransportError(.badRequest, request, "redirected more than \(limit) times")
    }

    private func isFollowed(_ status: Int, _ method: HTTPRequest.Method) -> Bool {
        switch status {
        case 307, 308: true
        case 301, 302, 303: method == .get || method == .head
        default: false
        }
    }
}
