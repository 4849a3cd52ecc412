// SPDX-License-Identifier: Apache-2.0

import Glibc
import HTTPTypes
import Hummingbird
import OCISpec

/// Who may do what: the users, their passwords and tokens, and how clients are asked for them.
struct AccessControl: Sendable {
    let users: LiveUsers
    let passwords = PasswordCheck()
    let tokens: AccessTokens
    let refusals = RefusalLimit()

    /// A name and a password, or a token, that are not right.
    struct WrongCredentials: Error {
        /// The user who may have mistyped; nil when there is none of that name.
        var user: User?
    }

    /// Who sends a request.
    ///
    /// - Throws: ``WrongCredentials``; ``RegistryFailure`` when too many passwords wait to be looked at.
    func requester(of request: Request, from address: String?) async throws -> Requester {
        let users = users.current
        switch Authorization(request.headers[name: .authorization]) {
        case .none: return .anonymous(users.anonymous, hasToken: false)
        case .malformed: throw WrongCredentials()
        case .bearer(let token):
            switch tokens.bearer(of: token, among: users, at: time(nil)) {
            case .user(let user): return .user(user, anonymous: users.anonymous)
            case .anybody: return .anonymous(users.anonymous, hasToken: true)
            case nil: throw WrongCredentials()
            }
        case .basic(let credentials):
            do {
                if let user = try await passwords.user(credentials, among: users, from: address) {
                    return .user(user, anonymous: users.anonymous)
                }
            } catch is HashQueue.Full {
                throw RegistryFailure(
                    .tooManyRequests, .tooManyRequests, "too many log in at the moment; try again in a second"
                ).with(.retryAfter, "1")
            }
            throw WrongCredentials(user: users[credentials.name])
        }
    }

    /// The answer that asks a client for credentials, for a right to a repository where one is known.
    func unauthorized(
        _ message: String, _ request: Request, for right: Right? = nil, in repository: RepositoryName? = nil
    ) -> RegistryFailure {
        var challenge = challenge(to: request)
        if challenge.hasPrefix("Bearer"), let right, let repository {
            let actions = right == .push ? "pull,push" : right.rawValue
            challenge += ",scope=\"repository:\(repository):\(actions)\""
        }
        return RegistryFailure(.unauthorized, .unauthorized, message).with(.authenticate, challenge)
            .with(.apiVersion, "registry/2.0")
    }

    /// Basic, or Bearer where something may be done without a password.
    ///
    /// docker reads the challenge to its first request only, and would then either never show its password, or never
    /// go on without one. A token it can get both ways. Who has shown a password of his own accord is asked for it
    /// again.
    private func challenge(to request: Request) -> String {
        let basic = "Basic realm=\"stet\", charset=\"UTF-8\""
        if case .basic = Authorization(request.headers[name: .authorization]) { return basic }
        guard !users.current.anonymous.isEmpty, let realm = TokenEndpoint.realm(for: request) else {
            return basic
        }
        return "Bearer realm=\"\(realm)\",service=\"stet\""
    }
}
