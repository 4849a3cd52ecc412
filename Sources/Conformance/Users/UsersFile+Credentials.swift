// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LocatedYAML
import OCISpec
package import RegistryTransport
package import SourceText
package import SystemPackage

/// Where the credentials of users are looked for.
package struct UserSurroundings: Sendable {
    /// `host` or `host:port` of the registry, and of its second address: nobody else gets the credentials.
    package var registries: [String]
    /// Where paths begin that are relative.
    package var folder: FilePath
    /// The value of a variable; nil when it is not set or empty.
    package var variable: @Sendable (String) -> String?
    /// How credential helpers are run.
    package var helpers: ProgramLimits

    package init(
        registries: [String], folder: FilePath, helpers: ProgramLimits,
        variable: @escaping @Sendable (String) -> String?
    ) {
        (self.registries, self.folder) = (registries, folder)
        (self.helpers, self.variable) = (helpers, variable)
    }
}

extension UsersFile {
    /// Looks the credentials of all users up.
    ///
    /// - Throws: A diagnostic at the first user who has none.
    package func users(_ surroundings: UserSurroundings) async throws(Diagnostic) -> [Role: Users.User] {
        var users: [Role: Users.User] = [:]
        for entry in entries {
            do {
                let lookup = try await lookup(entry, surroundings)
                users[entry.role] = Users.User(home: entry.home, lookup: lookup)
            } catch {
                throw error.quoting(text.text)
            }
        }
        return users
    }

    private static let fileLimitBytes = 64 << 10

    private func lookup(
        _ entry: Entry, _ surroundings: UserSurroundings
    ) async throws(Diagnostic) -> CredentialLookup {
        let registries = Set(surroundings.registries.map { CredentialTarget(registry: $0).registry })
        let store: CredentialLookup
        switch entry.source {
        case .variable(let name):
            guard let password = surroundings.variable(name) else {
                throw Diagnostic(
                    at: entry.sourceLocation, "$\(name) is not set", hint: "it must have the password")
            }
            store = UsersFile.basic(entry, password)
        case .file(let name): store = UsersFile.basic(entry, try password(in: name, entry, surroundings))
        case .dockerConfig(let name):
            store = try await configured(name, entry, surroundings)
        }
        return { target in registries.contains(target.registry) ? try await store(target) : nil }
    }

    private static func basic(_ entry: Entry, _ password: String) -> CredentialLookup {
        let credentials = Credentials.basic(user: entry.username ?? "", password: password)
        return { _ in credentials }
    }

    private func password(
        in name: String, _ entry: Entry, _ surroundings: UserSurroundings
    ) throws(Diagnostic) -> String {
        let path = UsersFile.path(name, surroundings)
        let bytes: [UInt8]
        do {
            bytes = try WholeFile.read(path, limitBytes: UsersFile.fileLimitBytes)
        } catch {
            throw Diagnostic(at: entry.sourceLocation, "\(path) cannot be read: \(error.errno)")
        }
        var password = String(decoding: bytes, as: UTF8.self)
        if password.hasSuffix("\n") || password.hasSuffix("\r\n") { password.removeLast() }
        guard !password.isEmpty, !password.contains(where: \.isNewline) else {
            throw Diagnostic(
                at: entry.sourceLocation, "\(path) must have the password and nothing else",
                hint: "one line, with or without its end")
        }
        return password
    }

    private func configured(
        _ name: String, _ entry: Entry, _ surroundings: UserSurroundings
    ) async throws(Diagnostic) -> CredentialLookup {
        var path = UsersFile.path(name, surroundings)
        if Folder.isFolder(path) { path.append("config.json") }
        let store = CredentialStore(
            CredentialPlaces(only: CredentialFile(path)), surroundings.helpers)
        let registry = surroundings.registries.first ?? ""
        let found: Credentials?
        do {
            found = try await store.credentials(for: CredentialTarget(registry: registry))
        } catch {
            throw Diagnostic(at: entry.sourceLocation, "\(error)")
        }
        guard found != nil else {
            throw Diagnostic(
                at: entry.sourceLocation, "\(path) has no credentials for \(registry)",
                hint: "docker --config \(path.removingLastComponent()) login \(registry)")
        }
        return { target in try await store.credentials(for: target) }
    }

    /// A path as a shell would read it: from the file's own folder, `~/` from the home folder.
    private static func path(_ name: String, _ surroundings: UserSurroundings) -> FilePath {
        if name.hasPrefix("~/"), let home = surroundings.variable("HOME") {
            return FilePath(home).pushing(FilePath(String(name.dropFirst(2))))
        }
        return surroundings.folder.pushing(FilePath(name))
    }
}
