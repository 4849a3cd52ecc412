// SPDX-License-Identifier: Apache-2.0

package import RegistryTransport

/// How connections are made and how long they may take.
package struct CurlConfiguration: Sendable {
    package var userAgent = "stet"
    /// PEM certificates to trust in place of the system's.
    package var caFile: String?
    /// What is shown to every server that asks for a certificate, and comes before what ``hostCertificates`` has.
    package var clientCertificate: ClientCertificate?
    /// Further authorities and the client's certificate for the registry of an `https` URL.
    package var hostCertificates: @Sendable (HTTPURL) throws(CertificateFault) -> HostCertificates = { _ in
        HostCertificates()
    }
    /// The proxy of `http` URLs, as curl spells it; nil for what curl finds in the environment by itself, which is
    /// `http_proxy` in small letters only.
    package var plainHTTPProxy: String?
    /// Whether no proxy comes between, whatever is configured: what is on this machine, and what else only it reaches.
    package var isReachedDirectly: @Sendable (HTTPURL) -> Bool = { $0.isLoopback }
    /// From the first packet to an established connection, TLS included.
    package var connectTimeout: Duration = .seconds(10)
    /// Longest time without a byte in either direction, in whole seconds.
    ///
    /// It is no limit for the whole transfer: ``documentTimeout`` is.
    package var stallTimeout: Duration = .seconds(60)
    /// Longest time for a whole request and its answer, where that is a document; nil for no limit, as downloads of
    /// layers want it.
    ///
    /// What is sent adds its time at 64 KiB a second. A request whose last byte is held has ten times as long.
    package var documentTimeout: Duration?
    /// Whether an `http` URL may be used: loopback only, unless told otherwise.
    package var allowsPlainHTTP: @Sendable (HTTPURL) -> Bool = { $0.isLoopback }
    /// Whether a server's certificate need not be verified: never, unless told otherwise.
    package var allowsUnverifiedTLS: @Sendable (HTTPURL) -> Bool = { _ in false }
    /// HTTP/1.1 even where TLS offers HTTP/2.
    package var usesOnlyHTTP1 = false

    package init() {}
}

/// libcurl could not be set up at all.
package struct TransportSetupError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}
