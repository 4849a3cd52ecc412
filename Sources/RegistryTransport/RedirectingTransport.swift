// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Follows redirects of GET and HEAD; credentials stay with the host that they were meant for.
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
            guard [301, 302, 303, 307, 308].contains(response.status),
                request.method == .get || request.method == .head, let location = response.headers["Location"]
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
}
