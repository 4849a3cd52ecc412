// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// What a run finds out about its users before its first case.
struct UserFacts: Sendable {
    /// Why nothing can be said about people without credentials; nil when it can.
    var anonymousLack: String?
    /// Why nothing can be said about old tokens; nil when it can.
    var tokenLack: String?
    /// Those whose passwords nobody has looked at: to be turned away proves nothing of their rights.
    var unproven: Set<Role> = []
    /// Why the writer cannot be the one who asks for a change of policies; nil when he can.
    var attemptLack: String?
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
        guard let users = context.users else {
            return UserFacts(attemptLack: context.setup?.attemptLack(as: nil))
        }
        var unproven: Set<Role> = []
        for role in users.named where role != .writer {
            if try await !isProven(role, users, repository) { unproven.insert(role) }
        }
        var facts = UserFacts(anonymousLack: try await anonymousLack(users, repository))
        facts.unproven = unproven
        if users.lastAuthorization(of: .writer)?.lowercased().hasPrefix("bearer ") != true {
            facts.tokenLack = "the registry works without tokens"
        }
        facts.attemptLack = try await attemptLack(users)
        return facts
    }

    /// Asked of the setup, which knows what its API takes.
    private func attemptLack(_ users: Users) async throws(CertifyError) -> String? {
        guard let setup = context.setup else { return nil }
        let target = CredentialTarget(registry: context.request.registry.authority)
        do {
            return setup.attemptLack(as: try await users.credentials(of: .writer, for: target))
        } catch {
            throw .userRefused(.writer, answer: "\(error)")
        }
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

    /// Whether somebody's credentials have been taken; a user who is never asked for them counts as logged in: the
    /// registry lets him do what he does.
    ///
    /// Where `/v2/` is open, and 401 is all that a push without the right is answered, a reader's password cannot be
    /// told from a wrong one.
    private func isProven(
        _ role: Role, _ users: Users, _ repository: RepositoryName?
    ) async throws(CertifyError) -> Bool {
        let wire = wire(of: role, users)
        let base = try await asked(as: role) { () throws(TransportError) in
            try await wire.send(wire.request(.get, .base))
        }
        guard base.status != 401 else { throw refused(role, base) }
        guard users.lastAuthorization(of: role) == nil,
            let start = try await begin(as: role, users, users.home(of: role) ?? repository),
            start.status == 401
        else { return true }
        // With a token, 401 may be about the rights: the token server has taken the credentials.
        guard let shown = users.lastAuthorization(of: role) else { throw refused(role, start) }
        if shown.lowercased().hasPrefix("bearer ") { return true }
        guard role == .reader else {
            throw refused(role, start, "; the password is wrong, or the right to push there is missing")
        }
        try await showUnasked(shown, as: role, over: wire)
        return false
    }

    /// Most registries look at credentials that they did not ask for.
    private func showUnasked(
        _ authorization: String, as role: Role, over wire: Wire
    ) async throws(CertifyError) {
        let base = try await asked(as: role) { () throws(TransportError) in
            try await wire.send(wire.request(.get, .base, headers: ["Authorization": authorization]))
        }
        if base.status == 401 { throw refused(role, base) }
    }

    private func refused(_ role: Role, _ exchange: Exchange, _ clause: String = "") -> CertifyError {
        let request = "\(exchange.request.method.rawValue) \(exchange.request.url.redacted)"
        return .userRefused(role, answer: "\(request) was answered \(exchange.summary)\(clause)")
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
