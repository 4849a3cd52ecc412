// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// What a run finds out about its users before its first case.
struct UserFacts: Sendable {
    /// Why nothing can be said about people without credentials; nil when it can.
    var anonymousLack: String?
    /// Why nothing can be said about old tokens; nil when it can.
    var tokenLack: String?
}

/// The second look: whether the registry knows the users whom the operator named, and asks for credentials at all.
struct UserProbe: Sendable {
    let context: RunContext

    /// Looks whether everybody who is named can log in, and how the registry asks for credentials.
    ///
    /// - Parameter repository: Where uploads are begun and given up; nil leaves that out.
    /// - Returns: What scenarios about users have to know.
    /// - Throws: `.userRefused` when somebody cannot log in; `.unreachable`, `.cancelled`.
    func facts(in repository: RepositoryName?) async throws(CertifyError) -> UserFacts {
        guard let users = context.users else { return UserFacts() }
        for role in users.named where role != .writer { try await checkLogin(of: role, users, repository) }
        var facts = UserFacts(anonymousLack: try await anonymousLack(users, repository))
        if users.lastAuthorization(of: .writer)?.lowercased().hasPrefix("bearer ") != true {
            facts.tokenLack = "the registry works without tokens"
        }
        return facts
    }

    private func anonymousLack(
        _ users: Users, _ repository: RepositoryName?
    ) async throws(CertifyError) -> String? {
        do throws(CertifyError) {
            let start = try await begin(as: .anonymous, users, repository)
            let isOpen = start?.response.isSuccess ?? true
            return isOpen && !users.isAnybodyAsked ? "the registry asks nobody for credentials" : nil
        } catch {
            // A token server that falls over strangers says nothing about the registry.
            guard case .userRefused(_, let answer) = error else { throw error }
            return "strangers cannot be told apart here: \(answer)"
        }
    }

    /// A user who is never asked for his credentials counts as logged in: the registry lets him do what he does.
    private func checkLogin(
        of role: Role, _ users: Users, _ repository: RepositoryName?
    ) async throws(CertifyError) {
        let wire = wire(of: role, users)
        let base = try await asked(as: role) { () throws(TransportError) in
            try await wire.send(wire.request(.get, .base))
        }
        guard base.status != 401 else { throw refused(role, base) }
        guard users.lastAuthorization(of: role) == nil,
            let start = try await begin(as: role, users, repository), start.status == 401
        else { return }
        // With a token, 401 may be about the rights: the token server has taken the credentials.
        let shown = users.lastAuthorization(of: role)?.lowercased()
        if shown?.hasPrefix("bearer ") != true { throw refused(role, start) }
    }

    private func refused(_ role: Role, _ exchange: Exchange) -> CertifyError {
        let request = "\(exchange.request.method.rawValue) \(exchange.request.url.redacted)"
        return .userRefused(role, answer: "\(request) was answered \(exchange.summary)")
    }

    /// Begins an upload, and gives it up at once.
    private func begin(
        as role: Role, _ users: Users, _ repository: RepositoryName?
    ) async throws(CertifyError) -> Exchange? {
        guard let repository else { return nil }
        let wire = wire(of: role, users)
        let start = try await asked(as: role) { () throws(TransportError) in
            try await UploadSession.begin(repository, over: wire)
        }
        switch start {
        case .session(let session):
            await session.giveUp()
            return session.start
        case .stopped(let stop): return stop.exchange
        }
    }

    private func wire(of role: Role, _ users: Users) -> Wire {
        var wire = context.wire()
        wire.transport = users.transport(of: role) ?? wire.transport
        wire.role = role
        return wire
    }

    private func asked<Answer>(
        as role: Role, _ body: () async throws(TransportError) -> Answer
    ) async throws(CertifyError) -> Answer {
        do {
            return try await body()
        } catch {
            switch error.kind {
            case .cancelled: throw .cancelled
            // The lookup, or a token server that gives none.
            case .badRequest: throw .userRefused(role, answer: error.reason)
            default: throw .unreachable(error)
            }
        }
    }
}
