// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
package import OCISpec
package import SourceText

/// The users as whom `certify` can send requests, by their roles: `certify --users FILE`.
///
/// It names where passwords are, and has none itself.
package struct UsersFile: Sendable {
    /// Where the credentials of a user are.
    enum Source: Hashable, Sendable {
        case variable(String)
        /// A file with nothing but the password.
        case file(String)
        /// A folder with `config.json`, as `docker --config` takes it, or such a file; helpers that it names are asked.
        case dockerConfig(String)
    }

    struct Entry: Sendable {
        let role: Role
        /// nil where the source has it.
        let username: String?
        let source: Source
        let sourceLocation: SourceLocation
        let home: RepositoryName?
    }

    let text: NamedText
    let entries: [Entry]

    /// Reads a file, and nothing that it names.
    ///
    /// - Throws: A diagnostic at the first thing that is wrong.
    package static func load(_ file: NamedText) throws(Diagnostic) -> UsersFile {
        do {
            return UsersFile(text: file, entries: try parse(file))
        } catch {
            throw error.quoting(masked(file.text))
        }
    }

    /// Those who are named, each with the place where he may push when that is one only.
    package var homes: [Role: RepositoryName?] {
        Dictionary(entries.map { ($0.role, $0.home) }) { first, _ in first }
    }

    /// The same lines without passwords that somebody wrote here all the same: an error quotes the line.
    private static func masked(_ text: String) -> String {
        text.replacing(/(password["']?\s*:\s*)[^\s,}][^,}\n]*/) { "\($0.1)…" }
    }

    private static let keys = ["username", "password-variable", "password-file", "docker-config", "may-push"]

    private static func parse(_ file: NamedText) throws(Diagnostic) -> [Entry] {
        let known = Role.named.map(\.rawValue)
        let place = SourceLocation(file: file.name, line: 1)
        let hint = "roles: \(known.joined(separator: ", "))"
        guard let document = try YAMLParser.parse(file.text, file: file.name) else {
            throw Diagnostic(at: place, "the file names no users", hint: hint)
        }
        if let stranger = document["anonymous"] {
            throw Diagnostic(at: stranger.location, "anonymous is always there, and has no credentials")
        }
        var entries: [Entry] = []
        for field in try Fields(document, "a list of users", known: known).entries {
            guard let role = Role(rawValue: field.key) else { continue }
            let entry = try entry(role, field.value)
            let twin = entries.first { $0.username != nil && $0.username == entry.username }
            if let twin {
                throw Diagnostic(
                    at: field.keyLocation, "\(role.rawValue) and \(twin.role.rawValue) are the same user",
                    hint: "what they may do has to differ")
            }
            entries.append(entry)
        }
        if entries.isEmpty { throw Diagnostic(at: place, "the file names no users", hint: hint) }
        return entries
    }

    private static func entry(_ role: Role, _ value: YAMLValue) throws(Diagnostic) -> Entry {
        if let password = value["password"] {
            throw Diagnostic(
                at: password.location, "a password does not belong in this file",
                hint: "password-variable: NAME, password-file: FILE or docker-config: FOLDER")
        }
        let fields = try Fields(value, "a user", known: keys)
        let sources = fields.entries.filter { keys[1...3].contains($0.key) && !$0.value.isNull }
        guard sources.count == 1, let source = sources.first else {
            throw Diagnostic(
                at: value.location,
                "\(role.rawValue) needs one place where the credentials are, not \(sources.count)",
                hint: "password-variable, password-file or docker-config")
        }
        return Entry(
            role: role, username: try username(fields, source.key == "docker-config"),
            source: try self.source(source), sourceLocation: source.value.location,
            home: try home(role, fields))
    }

    private static func source(_ entry: YAMLValue.Entry) throws(Diagnostic) -> Source {
        let text = try entry.value.string(entry.key)
        switch entry.key {
        case "password-variable":
            let isName = text.utf8.allSatisfy { byte in
                (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte) || byte == 0x5F
            }
            guard isName, !text.isEmpty else {
                throw Diagnostic(
                    at: entry.value.location, "password-variable must be the name of a variable",
                    hint: "letters, digits and _, without $")
            }
            return .variable(text)
        case "password-file": return .file(text)
        default: return .dockerConfig(text)
        }
    }

    private static func username(_ fields: Fields, _ isInConfig: Bool) throws(Diagnostic) -> String? {
        if isInConfig {
            guard let name = fields["username"] else { return nil }
            throw Diagnostic(at: name.location, "docker-config has the name as well")
        }
        let value = try fields.required("username")
        let name = try value.string("the username")
        guard !name.isEmpty, !name.contains(":"), name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw Diagnostic(
                at: value.location, "a username has neither colons nor blanks", hint: "RFC 7617, section 2")
        }
        return name
    }

    /// `may-push: NAME`, or `NAME/**` for all repositories under it.
    private static func home(_ role: Role, _ fields: Fields) throws(Diagnostic) -> RepositoryName? {
        guard role == .scoped else {
            guard let place = fields["may-push"] else { return nil }
            throw Diagnostic(at: place.location, "\"may-push\" is for scoped only")
        }
        let value = try fields.required("may-push")
        let text = try value.string("may-push")
        do throws(InvalidValue) {
            return try RepositoryName(text.hasSuffix("/**") ? "\(text.dropLast(3))/stet-certify" : text)
        } catch {
            throw Diagnostic(at: value.location, "\(error)", hint: "a repository, or NAME/**")
        }
    }
}
