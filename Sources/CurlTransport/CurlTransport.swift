// SPDX-License-Identifier: Apache-2.0

package import RegistryTransport

/// libcurl behind the HTTP seam: one thread drives all transfers, connections are reused.
///
/// Proxies come from the environment (`http_proxy`, `https_proxy`, `no_proxy`), as curl reads it; this machine is
/// reached without one.
package final class CurlTransport: HTTPTransport {
    private let engine: CurlEngine
    private let configuration: CurlConfiguration

    package init(_ configuration: CurlConfiguration = CurlConfiguration()) throws(TransportSetupError) {
        self.configuration = configuration
        engine = try CurlEngine()
    }

    deinit { engine.stop() }

    package func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        guard request.url.scheme == .https || configuration.allowsPlainHTTP(request.url) else {
            throw TransportError(
                .untrusted, request,
                "plain HTTP is allowed to this machine only; use --plain-http for \(request.url.authority)")
        }
        let transfer = Transfer(request, receiving: body, configuration: configuration, engine: engine)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                engine.start(transfer, continuation)
            }
        } onCancel: {
            engine.cancel(transfer)
        }
        return try result.get()
    }
}
