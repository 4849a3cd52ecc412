// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import RegistryTransport
import Synchronization
package import SystemPackage

/// Finds out how a registry is reached and keeps what it found out.
///
/// TLS is the rule. A registry on this machine may speak plain HTTP, and is asked which one it speaks; others do
/// only where `plainHTTP` names them.
package final class RegistryConnector: Sendable {
    private let transport: any HTTPTransport
    private let base: any HTTPTransport
    private let plainHTTP: Set<String>
    private let spoolFolder: FilePath
    private let origins = Mutex([String: HTTPURL]())

    /// Wraps `base`, which sends once, with retry, redirects and authentication.
    ///
    /// `plainHTTP` lists registries, `host` or `host:port`, that speak HTTP without TLS; `credentials` gives those
    /// of a registry, nil for none.
    package init(
        over base: any HTTPTransport, plainHTTP: Set<String> = [], spoolFolder: FilePath = "/tmp",
        credentials: @escaping @Sendable (_ registry: String) async throws -> Credentials?
    ) {
        self.base = base
        self.plainHTTP = plainHTTP
        self.spoolFolder = spoolFolder
        transport = AuthenticatingTransport(
            RedirectingTransport(RetryingTransport(base)), credentials: credentials)
    }

    /// The client of a registry, `host` or `host:port` as references name it.
    package func client(for registry: String) async throws(RegistryError) -> RegistryClient {
        let origin = try await origin(of: registry)
        return RegistryClient(
            registry: registry, origin: origin, transport: transport, spoolFolder: spoolFolder)
    }

    /// The repository that a reference is in.
    package func repository(of reference: Reference) async throws(RegistryError) -> RemoteRepository {
        try await client(for: reference.registry).repository(reference.repository)
    }

    private func origin(of registry: String) async throws(RegistryError) -> HTTPURL {
        if let known = origins.withLock({ $0[registry] }) { return known }
        let host = registry == Reference.dockerHub ? "registry-1.docker.io" : registry
        let secure = HTTPURL(.https, host, "/")
        let plain = HTTPURL(.http, host, "/")
        let origin =
            plainHTTP.contains(registry) ? plain : secure.isLoopback ? try await probe(plain) : secure
        origins.withLock { $0[registry] = origin }
        return origin
    }

    /// Asks a registry on this machine in plain HTTP; one that speaks TLS answers 400 or hangs up.
    private func probe(_ plain: HTTPURL) async throws(RegistryError) -> HTTPURL {
        let ping = HTTPRequest(.get, HTTPURL(.http, plain.authority, RegistryRoute.base.path))
        do {
            let response = try await base.answer(to: ping)
            if response.status != 400 { return plain }
        } catch {
            guard error.kind == .interrupted else { throw .transport(error) }
        }
        return HTTPURL(.https, plain.authority, "/")
    }
}
