// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// Raw HTTP to one registry, written down.
///
/// Nothing is retried and nothing is smoothed over: what the registry says is evidence.
struct Wire: Sendable {
    let transport: any HTTPTransport
    /// Where `/v2/` begins; a path in front of it is kept.
    let registry: HTTPURL
    let transcript = Transcript()

    func url(_ route: RegistryRoute) -> HTTPURL {
        var url = registry
        url.path =
            registry.path.hasSuffix("/") ? registry.path.dropLast() + route.path : registry.path + route.path
        return url
    }

    func request(
        _ method: HTTPRequest.Method, _ route: RegistryRoute, headers: HTTPHeaders = HTTPHeaders()
    ) -> HTTPRequest {
        HTTPRequest(method, url(route), headers: headers)
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> Exchange {
        var request = request
        if request.headers["User-Agent"] == nil { request.headers["User-Agent"] = "stet-certify" }
        do {
            let response = try await transport.send(request, receiving: .document)
            transcript.append(ExchangeRecord(request, response))
            return Exchange(request: request, response: response)
        } catch {
            transcript.append(ExchangeRecord(request, error))
            throw error
        }
    }

    /// Sends a GET, and follows redirects as every client does for blobs.
    func get(
        _ route: RegistryRoute, headers: HTTPHeaders = HTTPHeaders()
    ) async throws(TransportError) -> Exchange {
        var exchange = try await send(request(.get, route, headers: headers))
        var hops = 0
        while (300..<400).contains(exchange.status), hops < 5,
            let location = exchange.response.headers["Location"],
            let next = try? exchange.request.url.resolving(location)
        {
            exchange = try await send(HTTPRequest(.get, next, headers: headers))
            hops += 1
        }
        return exchange
    }

    /// `Accept` of every manifest type, so that a registry converts nothing and hides nothing.
    static let manifestAccept: HTTPHeaders = [
        "Accept": MediaType.manifests.map(\.rawValue).joined(separator: ", ")
    ]
}
