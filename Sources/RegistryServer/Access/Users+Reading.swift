// SPDX-License-Identifier: Apache-2.0

import Immutability
import LocatedYAML
import OCISpec
package import SourceText

extension Users {
    /// Reads a file of users.
    ///
    /// - Throws: A diagnostic at the first thing that is wrong. It shows no line of the file, for a password or its
    ///   hash may stand there.
    package init(text: String, file: String) throws(Diagnostic) {
        do {
            self = try Users.parse(text, file: file)
        } catch {
            throw Diagnostic(error.severity, at: error.location, error.message, hint: error.hint)
        }
    }

    private static func parse(_ text: String, file: String) throws(Diagnostic) -> Users {
        guard let document = try YAMLParser.parse(text, file: file) else {
            throw Diagnostic(at: SourceLocation(file: file, line: 1), "the file has no users")
        }
        let fields = try Fields(document, "a file of users", known: ["users", "anonymous"])
        var users: [User] = []
        var places: [String: SourceLocation] = [:]
        for item in try fields["users"]?.items("users") ?? [] {
            let user = try user(item)
            if let first = places[user.name] {
                throw Diagnostic(
                    at: item.location,
                    "there are two users \"\(user.name)\": the other one stands in line \(first.line)",
                    hint: "give one user all rights in one list")
            }
            places[user.name] = item.location
            users.append(user)
        }
        let anonymous = try grants(fields["anonymous"], "anonymous")
        guard !users.isEmpty || !anonymous.isEmpty else {
            throw Diagnostic(at: document.location, "the file lets nobody in: it names no user")
        }
        return Users(users, anonymous: anonymous)
    }

    private static func user(_ value: YAMLValue) throws(Diagnostic) -> User {
        let fields = try Fields(value, "a user", known: ["name", "password", "rights", "administers"])
        let name = try fields.required("name")
        return User(
            name: try checked(try name.string("the user's name"), at: name.location),
            password: try hash(try fields.required("password")),
            grants: try grants(fields["rights"], "rights"),
            administers: try fields["administers"]?.boolean("administers") ?? false)
    }

    /// A name that can travel in a Basic `Authorization` header, and stand in the audit trail for nobody else.
    private static func checked(_ name: String, at location: SourceLocation) throws(Diagnostic) -> String {
        guard (1...128).contains(name.utf8.count) else {
            throw Diagnostic(at: location, "a user's name has 1 to 128 bytes, not \(name.utf8.count)")
        }
        guard name.unicodeScalars.allSatisfy({ $0 != ":" && $0.properties.generalCategory != .control })
        else {
            throw Diagnostic(at: location, "a user's name has no colon and no control characters")
        }
        guard !["admin", "anonymous", "start"].contains(name) else {
            throw Diagnostic(
                at: location,
                "a user cannot be called \"\(name)\": the audit trail means somebody else by it",
                hint: "choose another name, \"\(name)-user\" for example")
        }
        return name
    }

    private static func hash(_ value: YAMLValue) throws(Diagnostic) -> BcryptHash {
        do {
            return try BcryptHash(try value.string("the password"))
        } catch let error as InvalidValue {
            throw Diagnostic(
                at: value.location, "the password must be a bcrypt hash: \(error.reason)",
                hint:
                    "`htpasswd -nB NAME` asks for a password and prints NAME:HASH; take what is behind the colon"
            )
        } catch let error as Diagnostic {
            throw Diagnostic(at: error.location, "the password must be a bcrypt hash in quotes")
        } catch {
            throw Diagnostic(at: value.location, "the password cannot be read")
        }
    }

    private static func grants(_ value: YAMLValue?, _ what: String) throws(Diagnostic) -> [Grant] {
        var grants: [Grant] = []
        for item in try value?.items(what) ?? [] {
            let fields = try Fields(item, "a right", known: ["repositories", "may"])
            let repositories = try fields.required("repositories")
            grants.append(
                Grant(
                    repositories: try pattern(repositories),
                    may: try fields.required("may").word("right")))
        }
        return grants
    }

    private static func pattern(_ value: YAMLValue) throws(Diagnostic) -> Pattern {
        let pattern: Pattern
        do {
            pattern = try Pattern(try value.string("repositories"))
        } catch let error as InvalidValue {
            throw Diagnostic(at: value.location, "\(error)")
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw Diagnostic(at: value.location, "the pattern cannot be read")
        }
        if let sign = pattern.impossibleInRepositoryName {
            throw Diagnostic(
                at: value.location,
                "the pattern \"\(pattern)\" matches nothing: no repository name has \"\(sign)\"")
        }
        return pattern
    }
}
