// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import RegistryTransport

/// Those as whom a run can send requests, each with credentials of its own.
///
/// Every role has its own door to the registry: no token and no password of one is ever sent for another.
package struct Users: Sendable {
    /// Somebody whom the operator named.
    package struct User: Sendable {
        package let lookup: CredentialLookup
        /// Where a user may push who may not push elsewhere.
        package let home: RepositoryName?

        package init(home: RepositoryName? = nil, lookup: @escaping CredentialLookup) {
            self.home = home
            self.lookup = lookup
        }
    }

    private let writer: CredentialLookup
    private let others: [Role: User]
    /// Sends as the writer, and throws where a token server refuses him.
    let writerTransport: any HTTPTransport
    private let transports: [Role: any HTTPTransport]
    private let doors: [Role: UserDoor]
    /// Those whom the operator named, in the order of ``Role``.
    package let named: [Role]

    /// - Parameters:
    ///   - plain: Sends without credentials. It must not retry, follow redirects, or cache.
    ///   - writer: Whoever pushes in all scenarios.
    ///   - named: Further users; one for ``Role/writer`` takes the place of `writer`.
    package init(
        over plain: any HTTPTransport, writer: @escaping CredentialLookup, named: [Role: User] = [:]
    ) {
        self.writer = named[.writer]?.lookup ?? writer
        others = named
        self.named = Role.named.filter { named[$0] != nil }
        var doors: [Role: UserDoor] = [:]
        var transports: [Role: any HTTPTransport] = [:]
        for role in [Role.anonymous, .reader, .administrator, .scoped] {
            let nobody: CredentialLookup = { _ in nil }
            guard let lookup = role == .anonymous ? nobody : named[role]?.lookup else { continue }
            let door = UserDoor(plain)
            doors[role] = door
            transports[role] = TurnedAwayTransport(next: AuthenticatingTransport(door, lookup: lookup))
        }
        let door = UserDoor(plain)
        doors[.writer] = door
        writerTransport = AuthenticatingTransport(door, lookup: self.writer)
        transports[.writer] = writerTransport
        transports[.tokenHolder] = HeldTokenTransport(door: door)
        self.doors = doors
        self.transports = transports
    }

    /// Sends as somebody; nil for one whom nobody named.
    func transport(of role: Role) -> (any HTTPTransport)? { transports[role] }

    /// The `Authorization` that went out last to the registry for somebody; nil when it never asked for one.
    func lastAuthorization(of role: Role) -> String? { doors[role]?.lastAuthorization }

    /// The name with which somebody was let in or turned away last; nil where a token stands for it.
    func shownName(of role: Role) -> String? { doors[role]?.shownName }

    /// True when the registry has asked anybody for credentials.
    var isAnybodyAsked: Bool { doors.values.contains { $0.lastAuthorization != nil } }

    func home(of role: Role) -> RepositoryName? { others[role]?.home }

    /// What somebody would show to a registry; nil for none.
    ///
    /// - Throws: What the lookup throws.
    func credentials(of role: Role, for target: CredentialTarget) async throws -> Credentials? {
        switch role {
        case .writer, .tokenHolder: try await writer(target)
        case .anonymous: nil
        case .reader, .administrator, .scoped: try await others[role]?.lookup(target)
        }
    }
}
