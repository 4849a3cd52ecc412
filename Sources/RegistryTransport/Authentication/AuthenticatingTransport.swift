// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OCISpec
import Synchronization

/// Gives the credentials for a request; nil for none.
package typealias CredentialLookup = @Sendable (CredentialTarget) async throws -> Credentials?

/// Answers a registry's challenges: Basic, and Bearer tokens from its token server.
///
/// What a registry asked for once is given with the next request at once: a challenge is paid once for a registry,
/// a token fetched once for what it is good for, by however many requests it is needed.
package final class AuthenticatingTransport: HTTPTransport {
    private enum Scheme: Hashable, Sendable {
        case basic
        case bearer(TokenServer)
    }

    /// What is known of a registry.
    private struct Knowledge {
        var scheme: Scheme
        /// The scopes that it asked for, by those that we thought were needed.
        var asked: [TokenScopes: TokenScopes] = [:]
    }

    private let next: any HTTPTransport
    private let lookup: CredentialLookup
    private let now: @Sendable () -> Int64
    private let knowledge = Mutex([String: Knowledge]())
    private let found = Mutex([CredentialTarget: Credentials?]())
    private let tokens = TokenCache()
    private let tokenFetches = SharedFetch<TokenCache.Key, AccessToken>()
    private let lookups = SharedFetch<CredentialTarget, Credentials?>()

    /// Answers challenges over `next`, which sends without credentials.
    ///
    /// `now` gives the time of day in seconds since 1970; `lookup` is asked once for each repository, and again
    /// after its credentials were refused.
    package init(
        _ next: any HTTPTransport,
        now: @escaping @Sendable () -> Int64 = { Int64(Date.now.timeIntervalSince1970) },
        lookup: @escaping CredentialLookup
    ) {
        self.next = next
        self.now = now
        self.lookup = lookup
    }

    /// Answers challenges with the credentials of a registry, `host` or `host:port`; nil for none.
    package convenience init(
        _ next: any HTTPTransport,
        credentials: @escaping @Sendable (_ registry: String) async throws -> Credentials?
    ) {
        self.init(next, lookup: { try await credentials($0.registry) })
    }

    package func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        guard request.headers["Authorization"] == nil else {
            return try await next.send(request, receiving: body)
        }
        var attempt = request
        attempt.headers["Authorization"] = try await anticipated(request)
        let response = try await next.send(attempt, receiving: body)
        guard response.status == 401 else { return response }
        let refused = attempt.headers["Authorization"]
        guard let answer = try await answer(to: response, of: request, refused: refused) else {
            return response
        }
        attempt.headers["Authorization"] = answer
        return try await next.send(attempt, receiving: body)
    }

    /// The `Authorization` value that the registry will want; nil to wait for its challenge.
    private func anticipated(_ request: HTTPRequest) async throws(TransportError) -> String? {
        guard let known = knowledge.withLock({ $0[request.origin] }) else { return nil }
        switch known.scheme {
        case .basic:
            return try await basic(request)
        case .bearer(let server):
            let needed = request.neededScopes
            let asked = known.asked[needed]
            guard asked != nil || !needed.isEmpty else { return nil }
            do {
                return try await bearer(server, asked ?? needed, request)
            } catch {
                // The registry may not want one here; if it does, its challenge brings the error.
                if error.kind == .cancelled { throw error }
                return nil
            }
        }
    }

    /// The `Authorization` value for a challenge; nil when there is no way to answer.
    private func answer(
        to response: HTTPResponse, of request: HTTPRequest, refused: String?
    ) async throws(TransportError) -> String? {
        let challenges = response.headers.all("WWW-Authenticate").flatMap(AuthenticationChallenge.parse)
        for case .bearer(let realm, let service, let scope) in challenges {
            let server = TokenServer(realm: realm, service: service)
            let needed = request.neededScopes
            let asked = needed.union(TokenScopes(scope ?? ""))
            learn(.bearer(server), of: request) { $0[needed] = asked }
            if let refused { tokens.remove(String(refused.dropFirst("Bearer ".count))) }
            do {
                return try await bearer(server, asked, request)
            } catch {
                guard error.cause is TokenRefusal else { throw error }
                let credentials = try await credentials(request)
                forget(request.credentialTarget)
                // Without credentials, the registry's own refusal says it better.
                guard credentials != nil else { return nil }
                throw error
            }
        }
        guard challenges.contains(.basic) else { return nil }
        learn(.basic, of: request) { _ in }
        let header = try await basic(request)
        guard header != refused else {
            forget(request.credentialTarget)
            return nil
        }
        return header
    }

    private func basic(_ request: HTTPRequest) async throws(TransportError) -> String? {
        guard let credentials = try await credentials(request), case .basic = credentials else { return nil }
        return BasicAuthorization.header(credentials)
    }

    private func bearer(
        _ server: TokenServer, _ scopes: TokenScopes, _ request: HTTPRequest
    ) async throws(TransportError) -> String {
        let issuer = TokenCache.Issuer(origin: request.origin, server: server)
        let key = TokenCache.Key(issuer: issuer, scopes: scopes)
        if let token = tokens.token(for: key, at: now()) { return "Bearer \(token.value)" }
        let token = try await tokenFetches.value(for: key, of: request) {
            () async throws(TransportError) -> AccessToken in
            try await fetch(key, request)
        }
        return "Bearer \(token.value)"
    }

    private func fetch(
        _ key: TokenCache.Key, _ request: HTTPRequest
    ) async throws(TransportError) -> AccessToken {
        // Another request may have ended its fetch while this one was on its way here.
        if let token = tokens.token(for: key, at: now()) { return token }
        let question = TokenServer.Question(scopes: key.scopes, credentials: try await credentials(request))
        let token = try await key.issuer.server.token(question, for: request, over: next, now: now())
        tokens.insert(token, for: key)
        return token
    }

    private func credentials(_ request: HTTPRequest) async throws(TransportError) -> Credentials? {
        let target = request.credentialTarget
        if let known = found.withLock({ $0[target] }) { return known }
        return try await lookups.value(for: target, of: request) {
            () async throws(TransportError) -> Credentials? in
            try await look(up: target, request)
        }
    }

    private func look(
        up target: CredentialTarget, _ request: HTTPRequest
    ) async throws(TransportError) -> Credentials? {
        do {
            let credentials = try await lookup(target)
            found.withLock { $0[target] = .some(credentials) }
            return credentials
        } catch is CancellationError {
            throw TransportError(.cancelled, request, "cancelled")
        } catch {
            throw TransportError(.badRequest, request, "\(error)", cause: error)
        }
    }

    private func forget(_ target: CredentialTarget) {
        found.withLock { _ = $0.removeValue(forKey: target) }
    }

    private func learn(
        _ scheme: Scheme, of request: HTTPRequest,
        _ note: (inout [TokenScopes: TokenScopes]) -> Void
    ) {
        knowledge.withLock { all in
            var known = all[request.origin] ?? Knowledge(scheme: scheme)
            known.scheme = scheme
            note(&known.asked)
            all[request.origin] = known
        }
    }
}

extension HTTPRequest {
    /// Scheme and authority: what credentials and tokens are for.
    fileprivate var origin: String { "\(url.scheme.rawValue)://\(url.authority)" }
}
