// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// Finds out whether a registry takes a name and a password.
package struct RegistryLogin: Sendable {
    private let origin: HTTPURL
    private let transport: any HTTPTransport
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - origin: The registry's scheme and host.
    ///   - transport: One that answers no challenges.
    ///   - now: The time of day in seconds since 1970; no token is kept, so that any time will do.
    package init(
        at origin: HTTPURL, over transport: any HTTPTransport, now: @escaping @Sendable () -> Int64 = { 0 }
    ) {
        self.origin = origin
        self.transport = transport
        self.now = now
    }

    /// Shows the credentials to the registry, or to its token server.
    ///
    /// - Returns: What to keep: the identity token where the token server gives one, else the credentials as they
    ///   are. A registry that wants no credentials takes all of them.
    /// - Throws: ``LoginError``.
    package func verify(_ credentials: Credentials) async throws(LoginError) -> Credentials {
        let ping = HTTPRequest(.get, HTTPURL(origin.scheme, origin.authority, RegistryRoute.base.path))
        let response = try await send(ping)
        guard response.status == 401 else {
            guard response.isSuccess else { throw .noRegistry(origin, status: response.status) }
            return credentials
        }
        let challenges = response.headers.all("WWW-Authenticate").flatMap(AuthenticationChallenge.parse)
        for case .bearer(let realm, let service, let scope) in challenges {
            let server = TokenServer(realm: realm, service: service)
            let question = TokenServer.Question(
                scopes: TokenScopes(scope ?? ""), credentials: credentials, isOffline: true)
            let token = try await token(question, from: server, for: ping)
            try await show("Bearer \(token.value)", with: ping)
            return token.refreshToken.map { .identityToken($0) } ?? credentials
        }
        guard challenges.contains(.basic) else { throw .unknownChallenge(origin) }
        try await show(BasicAuthorization.header(credentials), with: ping)
        return credentials
    }

    private func token(
        _ question: TokenServer.Question, from server: TokenServer, for ping: HTTPRequest
    ) async throws(LoginError) -> AccessToken {
        do {
            return try await server.token(question, for: ping, over: transport, now: now())
        } catch {
            if error.cause is TokenRefusal { throw .refused(origin) }
            throw .transport(error)
        }
    }

    private func show(_ authorization: String, with ping: HTTPRequest) async throws(LoginError) {
        var request = ping
        request.headers["Authorization"] = authorization
        let response = try await send(request)
        switch response.status {
        case 200..<300: return
        case 401, 403: throw .refused(origin)
        case let status: throw .noRegistry(origin, status: status)
        }
    }

    private func send(_ request: HTTPRequest) async throws(LoginError) -> HTTPResponse {
        do {
            return try await transport.answer(to: request)
        } catch {
            throw .transport(error)
        }
    }
}

/// Why nobody was logged in.
package enum LoginError: Error, Sendable, CustomStringConvertible {
    /// The name or the password is wrong.
    case refused(HTTPURL)
    /// The registry wants to be shown something that is neither Basic nor Bearer.
    case unknownChallenge(HTTPURL)
    /// What answered is no registry, or it is out of order.
    case noRegistry(HTTPURL, status: Int)
    case transport(TransportError)

    package var description: String {
        switch self {
        case .refused(let origin): "\(origin.authority) does not take this user name and password"
        case .unknownChallenge(let origin):
            "\(origin.authority) wants neither Basic nor Bearer authentication"
        case .noRegistry(let origin, let status):
            "\(origin.authority) answered \(status) where a registry answers 200 or 401"
        case .transport(let error): error.description
        }
    }
}
