// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OCISpec

/// A program that keeps credentials: `docker-credential-pass`, `docker-credential-ecr-login` and their like.
///
/// What a helper prints may be a secret, so errors name the helper and what it was asked, and nothing else.
///
/// Source: docker/docker-credential-helpers, README, "Development".
struct CredentialHelper: Sendable {
    /// The user name that says that the secret is an identity token.
    static let tokenUser = "<token>"

    /// What follows `docker-credential-` in the program's name.
    let name: String
    private let limits: ProgramLimits

    private enum Action: String {
        case get
        case store
        case erase
        case list
    }

    private struct Entry: Codable {
        var serverURL: String?
        var username: String
        var secret: String

        enum CodingKeys: String, CodingKey {
            case serverURL = "ServerURL"
            case username = "Username"
            case secret = "Secret"
        }
    }

    init(_ name: String, _ limits: ProgramLimits) throws(CredentialError) {
        guard !name.isEmpty, !name.contains("/"), !name.contains("\0") else {
            throw CredentialError("\"\(name)\" is not the name of a credential helper")
        }
        self.name = name
        self.limits = limits
    }

    /// The name of the program.
    var program: String { "docker-credential-\(name)" }

    /// The credentials for a server; nil when the helper has none.
    func get(_ server: String) async throws -> Credentials? {
        let result = try await run(.get, Array(server.utf8), server)
        guard result.status == 0 else {
            if CredentialHelper.hasNone(result) { return nil }
            throw failure(.get, server, "ended with status \(result.status)")
        }
        guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(result.output)) else {
            throw failure(.get, server, "printed something else than credentials")
        }
        if entry.secret.isEmpty { return nil }
        return entry.username == CredentialHelper.tokenUser
            ? .identityToken(entry.secret) : .basic(user: entry.username, password: entry.secret)
    }

    func store(_ credentials: Credentials, for server: String) async throws {
        let entry =
            switch credentials {
            case .basic(let user, let password):
                Entry(serverURL: server, username: user, secret: password)
            case .identityToken(let token):
                Entry(serverURL: server, username: CredentialHelper.tokenUser, secret: token)
            }
        let result = try await run(.store, JSONDocument.encode(entry), server)
        guard result.status == 0 else { throw failure(.store, server, "ended with status \(result.status)") }
    }

    /// Forgets what there is for a server; nothing there is no error.
    func erase(_ server: String) async throws {
        let result = try await run(.erase, Array(server.utf8), server)
        guard result.status == 0 || CredentialHelper.hasNone(result) else {
            throw failure(.erase, server, "ended with status \(result.status)")
        }
    }

    /// The user names that there are credentials for, by server.
    func list() async throws -> [String: String] {
        let result = try await run(.list, [], nil)
        guard result.status == 0 else { throw failure(.list, nil, "ended with status \(result.status)") }
        guard let users = try? JSONDecoder().decode([String: String].self, from: Data(result.output)) else {
            throw failure(.list, nil, "printed something else than a list of servers")
        }
        return users
    }

    private func run(_ action: Action, _ input: [UInt8], _ server: String?) async throws -> ProgramResult {
        do {
            return try await limits.run(program, [action.rawValue], input)
        } catch is CancellationError {
            throw CancellationError()
        } catch is ProgramTimeout {
            throw failure(action, server, "did not answer within \(limits.time.components.seconds) seconds")
        } catch {
            throw failure(action, server, "could not be run")
        }
    }

    private func failure(_ action: Action, _ server: String?, _ reason: String) -> CredentialError {
        let subject = server.map { " \($0)" } ?? ""
        return CredentialError(
            """
            the credential helper \(program) \(reason) (\(action.rawValue)\(subject))
              hint: check that \(program) is on PATH and try: \(program) list
            """)
    }

    /// The helpers' common words for an absent entry, which they print to standard output.
    private static func hasNone(_ result: ProgramResult) -> Bool {
        String(decoding: result.output, as: UTF8.self).contains("credentials not found")
            || String(decoding: result.errorOutput, as: UTF8.self).contains("credentials not found")
    }
}
