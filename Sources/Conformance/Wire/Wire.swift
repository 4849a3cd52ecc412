// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// Raw HTTP to one registry, written down.
///
/// Nothing is smoothed over: what the registry says is evidence. Only what says nothing about it, a limit or a
/// gateway, is asked again, where that is harmless (``Patience``), and every attempt is written down.
struct Wire: Sendable {
    var transport: any HTTPTransport
    /// Where `/v2/` begins; a path in front of it is kept.
    var registry: HTTPURL
    let patience: Patience
    let traffic: Traffic
    let made: MadeTags
    let rights: GrantedRights
    var transcript = Transcript()
    /// As whom requests are sent; the transport has the credentials.
    var role = Role.writer
    /// Which program is asking.
    var agent = "stet-certify"
    /// nil leaves times out.
    var clock: CaseClock?
    /// Sent with every request that does not have them.
    var headers = HTTPHeaders()

    init(
        transport: any HTTPTransport, registry: HTTPURL, patience: Patience = Patience(),
        traffic: Traffic = Traffic(), made: MadeTags = MadeTags(), rights: GrantedRights = GrantedRights()
    ) {
        self.transport = transport
        self.registry = registry
        self.patience = patience
        self.traffic = traffic
        self.made = made
        self.rights = rights
    }

    func url(_ route: RegistryRoute) -> HTTPURL { url(path: route.path) }

    /// A path as it is, under the registry's own.
    func url(path: String) -> HTTPURL {
        var url = registry
        url.path = registry.path.hasSuffix("/") ? registry.path.dropLast() + path : registry.path + path
        return url
    }

    /// The place of a request in the specification, whatever stands before `/v2/`; nil for one of the registry's own.
    static func route(_ url: HTTPURL) -> RegistryRoute? {
        guard let start = url.path.firstRange(of: "/v2/")?.lowerBound else { return nil }
        return try? RegistryRoute.parse(url.path[start...])
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
            let sent = await patience.takeTurn(request)
            do throws(TransportError) {
                let exchange = try await sendOnce(request)
                if exchange.cut != nil, request.barrier == nil, attempt < Patience.tries { continue }
                guard await patience.waits(after: exchange, attempt: attempt, sent: sent) else {
                    return exchange
                }
            } catch {
                guard await patience.waits(after: error, request, attempt: attempt) else { throw error }
            }
        }
    }

    /// The same without waiting and asking again.
    func sendOnce(_ request: HTTPRequest) async throws(TransportError) -> Exchange {
        var request = request
        for field in headers.fields where request.headers[field.name] == nil {
            request.headers.add(field.name, field.value)
        }
        if request.headers["User-Agent"] == nil { request.headers["User-Agent"] = agent }
        traffic.count(request)
        let start = clock?.elapsed ?? .zero
        do throws(TransportError) {
            let response = try await transport.send(request, receiving: .document)
            made.note(request, response)
            guard !response.isTruncated else {
                throw TransportError(
                    .sinkFailed, request, "the answer is larger than 8 MiB, which no answer of a registry is")
            }
            let exchange = Exchange(
                request: request, response: response, role: role, time: clock?.time(from: start))
            transcript.append(ExchangeRecord(exchange))
            rights.note(exchange)
            return exchange
        } catch {
            made.note(request, nil)
            let time = clock?.time(from: start)
            transcript.append(ExchangeRecord(request, error, role, time))
            // Who is told no has been told, and to ask again is harmless: a network that cuts one answer short does
            // not cut each. An answer that takes for ever is none, and to ask again takes as long.
            guard error.kind == .interrupted, let response = error.partial,
                (400..<500).contains(response.status)
            else { throw error }
            return Exchange(request: request, response: response, role: role, cut: error.reason, time: time)
        }
    }

    /// Sends a GET, and follows redirects as every client does for blobs.
    func get(
        _ route: RegistryRoute, headers: HTTPHeaders = HTTPHeaders()
    ) async throws(TransportError) -> Exchange {
        var exchange = try await send(request(.get, route, headers: headers))
        var hops = 0
        while (300..<400).contains(exchange.status), hops < 5,
            let next = exchange.location
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
