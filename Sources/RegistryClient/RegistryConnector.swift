// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistriesConf
package import RegistryTransport
import Synchronization
package import SystemPackage

/// Finds out how a registry is reached and keeps what it found out.
///
/// TLS is the rule. A registry on this machine may speak plain HTTP, and is asked which one it speaks; others do
/// only where `plainHTTP` or `registries.conf` names them.
package final class RegistryConnector: Sendable {
    private let transport: any HTTPTransport
    private let base: any HTTPTransport
    private let settings: ConnectorSettings
    private let origins = Mutex([String: HTTPURL]())

    /// Wraps `base`, which sends once, with retry, redirects and authentication.
    package init(over base: any HTTPTransport, _ settings: ConnectorSettings) {
        self.base = base
        self.settings = settings
        transport = AuthenticatingTransport(
            RedirectingTransport(RetryingTransport(base)), lookup: settings.lookup)
    }

    /// The same without a `registries.conf`.
    ///
    /// `plainHTTP` lists registries, `host` or `host:port`, that speak HTTP without TLS; `credentials` gives those
    /// of a registry, nil for none.
    package convenience init(
        over base: any HTTPTransport, plainHTTP: Set<String> = [], spoolFolder: FilePath = "/tmp",
        credentials: @escaping @Sendable (_ registry: String) async throws -> Credentials?
    ) {
        var settings = ConnectorSettings()
        settings.plainHTTP = plainHTTP
        settings.spoolFolder = spoolFolder
        settings.lookup = { try await credentials($0.registry) }
        self.init(over: base, settings)
    }

    /// The client of a registry, `host` or `host:port` as references name it.
    package func client(for registry: String) async throws(RegistryError) -> RegistryClient {
        let isInsecure = settings.registries.allowsInsecure(registry)
        return try await client(for: registry, isInsecure: isInsecure)
    }

    /// The repository that a reference is in, at the registry itself: for pushes, and for all that manages tags.
    ///
    /// - Throws: `.local` with a ``ResolutionError`` when the registry is blocked.
    package func repository(of reference: Reference) async throws(RegistryError) -> RemoteRepository {
        guard let endpoint = try endpoints(of: reference, for: .push).first else {
            return try await client(for: reference.registry).repository(reference.repository)
        }
        return try await repository(at: endpoint)
    }

    /// The repository to pull a reference from: the first mirror that has it, else the registry's own location.
    ///
    /// A mirror that cannot be reached, or refuses, is passed over.
    ///
    /// - Throws: `.local` with a ``ResolutionError`` when the registry is blocked.
    package func source(of reference: Reference) async throws(RegistryError) -> RemoteRepository {
        let endpoints = try endpoints(of: reference, for: .pull)
        for mirror in endpoints.dropLast() {
            if let repository = try await mirrored(reference, at: mirror) { return repository }
        }
        guard let last = endpoints.last else { return try await repository(of: reference) }
        return try await repository(at: last)
    }

    /// The references that a name as people write it may stand for: aliases and search registries count.
    ///
    /// - Throws: ``InvalidValue``.
    package func candidates(for name: String) throws(InvalidValue) -> [Reference] {
        try settings.registries.qualify(name)
    }

    /// Of several candidates none is chosen.
    var mustBeTold: Bool { settings.registries.shortNameMode == .enforcing }

    private func endpoints(
        of reference: Reference, for use: RegistriesConf.Use
    ) throws(RegistryError) -> [Endpoint] {
        do {
            return try settings.registries.resolve(reference, for: use)
        } catch {
            throw .local(error)
        }
    }

    private func repository(at endpoint: Endpoint) async throws(RegistryError) -> RemoteRepository {
        try await client(for: endpoint.registry, isInsecure: endpoint.isInsecure)
            .repository(endpoint.repository)
    }

    /// The repository at a mirror, if the mirror has the image.
    private func mirrored(
        _ reference: Reference, at mirror: Endpoint
    ) async throws(RegistryError) -> RemoteRepository? {
        do {
            let repository = try await repository(at: mirror)
            let name: RegistryRoute.ManifestReference =
                reference.digest.map { .digest($0) } ?? .tag(reference.tag ?? .latest)
            return try await repository.resolve(name) == nil ? nil : repository
        } catch {
            if case .transport(let failure) = error, failure.kind == .cancelled { throw error }
            return nil
        }
    }

    private func client(
        for registry: String, isInsecure: Bool
    ) async throws(RegistryError) -> RegistryClient {
        let origin = try await origin(of: registry, isInsecure: isInsecure)
        return RegistryClient(
            registry: registry, origin: origin, transport: transport, spoolFolder: settings.spoolFolder)
    }

    private func origin(of registry: String, isInsecure: Bool) async throws(RegistryError) -> HTTPURL {
        let key = "\(registry) \(isInsecure)"
        if let known = origins.withLock({ $0[key] }) { return known }
        let host = registry == Reference.dockerHub ? "registry-1.docker.io" : registry
        let secure = HTTPURL(.https, host, "/")
        let plain = HTTPURL(.http, host, "/")
        let origin: HTTPURL
        if settings.plainHTTP.contains(registry) {
            origin = plain
        } else if secure.isLoopback {
            origin = try await probe(plain)
        } else {
            origin = isInsecure ? try await secureOrPlain(secure) : secure
        }
        origins.withLock { $0[key] = origin }
        return origin
    }

    /// Asks a registry on this machine in plain HTTP; one that speaks TLS answers 400 or hangs up.
    private func probe(_ plain: HTTPURL) async throws(RegistryError) -> HTTPURL {
        do {
            let response = try await base.answer(to: ping(plain))
            if response.status != 400 { return plain }
        } catch {
            guard error.kind == .interrupted else { throw .transport(error) }
        }
        return HTTPURL(.https, plain.authority, "/")
    }

    /// Asks an insecure registry with TLS, and without where that fails.
    private func secureOrPlain(_ secure: HTTPURL) async throws(RegistryError) -> HTTPURL {
        do {
            _ = try await base.answer(to: ping(secure))
            return secure
        } catch {
            guard error.kind != .cancelled else { throw .transport(error) }
            let plain = HTTPURL(.http, secure.authority, "/")
            // When neither answers, the refusal of TLS is what there is to know.
            guard (try? await base.answer(to: ping(plain))) != nil else { throw .transport(error) }
            return plain
        }
    }

    private func ping(_ origin: HTTPURL) -> HTTPRequest {
        HTTPRequest(.get, HTTPURL(origin.scheme, origin.authority, RegistryRoute.base.path))
    }
}
