// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Synchronization

/// Answers a registry's challenges: Basic, and Bearer tokens from its token server.
///
/// What worked for a repository is used for the next request there, so that a challenge is paid once.
package final class AuthenticatingTransport: HTTPTransport {
    private struct Key: Hashable {
        let origin: String
        let repository: RepositoryName?
        let isWrite: Bool
    }

    private let next: any HTTPTransport
    private let credentials: @Sendable (_ registry: String) async throws -> Credentials?
    private let authorizations = Mutex([Key: String]())

    /// Answers challenges with the credentials of a registry, `host` or `host:port`; nil for none.
    package init(
        _ next: any HTTPTransport,
        credentials: @escaping @Sendable (_ registry: String) async throws -> Credentials?
    ) {
        self.next = next
        self.credentials = credentials
    }

    package func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        guard request.headers["Authorization"] == nil else {
            return try await next.send(request, receiving: body)
        }
        let key = Key(
            origin: request.url.authority,
            repository: (try? RegistryRoute.parse(request.url.path))?.repository,
            isWrite: request.method != .get && request.method != .head)
        var attempt = request
        attempt.headers["Authorization"] = authorizations.withLock { $0[key] }
        let response = try await next.send(attempt, receiving: body)
        guard response.status == 401, let answer = try await answer(to: response, of: request) else {
            return response
        }
        attempt.headers["Authorization"] = answer
        let second = try await next.send(attempt, receiving: body)
        if second.status != 401 { authorizations.withLock { $0[key] = answer } }
        return second
    }

    /// The `Authorization` value for a challenge; nil when there is no way to answer.
    private func answer(
        to response: HTTPResponse, of request: HTTPRequest
    ) async throws(TransportError) -> String? {
        let challenges = response.headers.all("WWW-Authenticate").flatMap(AuthenticationChallenge.parse)
        let credentials: Credentials?
        do {
            credentials = try await self.credentials(request.url.authority)
        } catch {
            throw TransportError(.badRequest, request, "\(error)", cause: error)
        }
        for case .bearer(let realm, let service, let scope) in challenges {
            let server = TokenServer(realm: realm, service: service, scope: scope)
            return "Bearer " + (try await server.token(for: request, credentials: credentials, over: next))
        }
        if challenges.contains(.basic), case .basic(let user, let password) = credentials {
            return BasicAuthorization.header(user: user, password: password)
        }
        return nil
    }
}
