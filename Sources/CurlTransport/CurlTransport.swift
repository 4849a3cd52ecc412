// SPDX-License-Identifier: Apache-2.0

package import RegistryTransport

/// libcurl behind the HTTP seam: one thread drives all transfers, connections are reused.
///
/// Proxies come from the environment (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`), as curl reads it, and from
/// the configuration; this machine is reached without one.
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
        let setting = TransferSetting(
            configuration: configuration, certificates: try certificates(for: request))
        let transfer = Transfer(request, receiving: body, setting, engine: engine)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                engine.start(transfer, continuation)
            }
        } onCancel: {
            engine.cancel(transfer)
        }
        return try result.get()
    }

    private func certificates(for request: HTTPRequest) throws(TransportError) -> HostCertificates {
        guard request.url.scheme == .https else { return HostCertificates() }
        do throws(CertificateFault) {
            var certificates = try configuration.hostCertificates(request.url)
            if let client = configuration.clientCertificate { certificates.client = client }
            return certificates
        } catch {
            throw TransportError(.untrusted, request, "\(error)", cause: error)
        }
    }
}

/// What holds for one transfer besides its request.
struct TransferSetting: Sendable {
    let configuration: CurlConfiguration
    let certificates: HostCertificates
}
