// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// Raw HTTP to one registry, written down.
///
/// Nothing is smoothed over: what the registry says is evidence. Only what says nothing about it, a limit or a
/// gateway, is asked again, where that is harmless (``Patience``), and every attempt is written down.
struct Wire: Sendable {
    let transport: any HTTPTransport
    /// Where `/v2/` begins; a path in front of it is kept.
    let registry: HTTPURL
    let patience: Patience
    let traffic: Traffic
    var transcript = Transcript()
    /// Who is asking.
    var agent = "stet-certify"
    /// Sent with every request that does not have them.
    var headers = HTTPHeaders()

    init(
        transport: any HTTPTransport, registry: HTTPURL, patience: Patience = Patience(),
        traffic: Traffic = Traffic()
    ) {
        self.transport = transport
        self.registry = registry
        self.patience = patience
        self.traffic = traffic
    }

    func url(_ route: RegistryRoute) -> HTTPURL { url(path: route.path) }

    /// A path as it is, under the registry's own.
    func url(path: String) -> HTTPURL {
        var url = registry
        url.path = registry.path.hasSuffix("/") ? registry.path.dropLast() + path : registry.path + path
        return url
    }

    func request(
        _ method: HTTPRequest.Method, _ route: RegistryRoute, headers: HTTPHeaders = HTTPHeaders()
    ) -> HTTPRequest {
        HTTPRequest(method, url(route), headers: headers)
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> Exchange {
        var attempt = 0
        while true {
            attempt += 1
            do throws(TransportError) {
                let exchange = try await sendOnce(request)
                guard await patience.waits(after: exchange, attempt: attempt) else { return exchange }
            } catch {
                guard await patience.waits(after: error, request, attempt: attempt) else { throw error }
            }
        }
    }

    private func sendOnce(_ request: HTTPRequest) async throws(TransportError) -> Exchange {
        var request = request
        for field in headers.fields where request.headers[field.name] == nil {
            request.headers.add(field.name, field.value)
        }
        if request.headers["User-Agent"] == nil { request.headers["User-Agent"] = agent }
        traffic.count(request)
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
