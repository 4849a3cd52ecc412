// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Immutability
import OCISpec
import RegistryServer
import SystemPackage
import Testing

/// The file that says who may do what.
@Suite struct UsersFileTests {
    private static let hash = "$2y$04$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BbqWlDZC"

    @Test func saysWhoMayDoWhat() throws {
        let users = try Users(text: TestUsers.text + TestUsers.anonymousPull, file: "users.yaml")
        #expect(users.all.map(\.name) == ["ci", "reader", "cleaner", "ops"])
        #expect(users.all.map(\.administers) == [false, false, false, true])
        let ci = try #require(users["ci"])
        #expect(ci.grants.map(\.repositories.text) == ["team/**", "base/*"])
        #expect(ci.grants.map(\.may) == [.push, .pull])
        #expect(ci.password.text == TestUsers.hashes["ci"])
        #expect(users.anonymous.map(\.may) == [.pull])
        #expect(users["CI"] == nil)
    }

    @Test(arguments: [
        (Right.pull, [true, false, false]), (.push, [true, true, false]), (.delete, [true, true, true]),
    ])
    func aRightIncludesThoseBeforeIt(right: Right, allowed: [Bool]) throws {
        let text = "anonymous: [{repositories: \"a/**\", may: \(right.rawValue)}]"
        let grants = try Users(text: text, file: "u").anonymous
        let (inside, outside) = (try RepositoryName("a/b/c"), try RepositoryName("a"))
        #expect([Right.pull, .push, .delete].map { grants.allow($0, in: inside) } == allowed)
        #expect(!grants.allow(.pull, in: outside))
    }

    @Test(arguments: [
        "users: [{name: a, password: \"\(hash)\"}]",
        "users: [{name: a, password: '\(hash)', rights: [], administers: no}]",
        "users: [{name: \"a b@c.example\", password: \(hash)}]",
        "users:\n- name: ä\n  password: \"\(hash.replacing("2y", with: "2b"))\"",
        "anonymous: [{repositories: \"**\", may: pull}]",
        "users: []\nanonymous: [{repositories: \"{a,b}/*\", may: delete}]",
    ])
    func takes(text: String) throws {
        let users = try Users(text: text, file: "u")
        #expect(users.all.count + users.anonymous.count == 1)
    }

    @Test(arguments: [
        ("", "u:1:1", "the file has no users"),
        ("# nothing", "u:1:1", "the file has no users"),
        ("users: []", "u:1:1", "the file lets nobody in"),
        ("- a", "u:1:1", "a file of users must be a mapping"),
        ("users:\n  - name: a\n   password: x", "u:3:4", "not YAML"),
        ("user: []", "u:1:1", "unknown key \"user\""),
        ("users: [{nmae: a}]", "u:1:10", "did you mean \"name\"?"),
        ("users: [{password: \"\(hash)\"}]", "u:1:9", "needs \"name\""),
        ("users: [{name: a}]", "u:1:9", "needs \"password\""),
        ("users: [{name: \"a:b\", password: \"\(hash)\"}]", "u:1:16", "no colon"),
        ("users: [{name: \"\", password: \"\(hash)\"}]", "u:1:16", "1 to 128 bytes"),
        ("users: [{name: \"a\\tb\", password: \"\(hash)\"}]", "u:1:16", "no control characters"),
        ("users: [{name: anonymous, password: \"\(hash)\"}]", "u:1:16", "audit trail"),
        ("users: [{name: admin, password: \"\(hash)\"}]", "u:1:16", "choose another name"),
        (
            "users:\n- {name: a, password: \"\(hash)\"}\n- {name: a, password: \"\(hash)\"}", "u:3:3",
            "two users \"a\": the other one stands in line 2"
        ),
        ("users: [{name: a, password: \"\(hash)\", administers: 1}]", "u:1:106", "true or false"),
        (
            "users: [{name: a, password: \"\(hash)\", rights: [{repositories: a, may: read}]}]", "u:1:125",
            "unknown right \"read\""
        ),
        ("anonymous: [{repositories: a, may: psuh}]", "u:1:36", "did you mean \"push\"?"),
        ("anonymous: [{repositories: \"{a\", may: pull}]", "u:1:28", "has no \"}\""),
        ("anonymous: [{repositories: \"Team/*\", may: pull}]", "u:1:28", "no repository name has \"T\""),
        ("anonymous: [{may: pull}]", "u:1:13", "needs \"repositories\""),
        ("anonymous: [{repositories: a}]", "u:1:13", "needs \"may\""),
    ])
    func refuses(text: String, place: String, reason: String) {
        #expect {
            _ = try Users(text: text, file: "u")
        } throws: {
            "\($0)".hasPrefix(place + ": error: ") && "\($0)".contains(reason)
        }
    }

    /// None of them may be shown.
    @Test(arguments: [
        "hunter2", "", "~", "[hunter2]", "$1$hunter2$abcdefghijklmnopqrstuv",
        "$apr1$hunter2$abcdefghijklmnopqrstuv", "'{SHA}hunter2'", "$2x$04$hunter2", "$2y$04$hunter2",
        "$2y$03$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BhunterC",
        "$2y$31$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BhunterC",
        "$2y$+4$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BhunterC",
        "$2y$04$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6!hunterC",
    ])
    func takesOnlyBcrypt(password: String) {
        #expect {
            _ = try Users(text: "users: [{name: a, password: \(password)}]", file: "u")
        } throws: {
            let text = "\($0)"
            return text.hasPrefix("u:1:") && text.contains("password") && !text.contains("hunter")
        }
    }

    @Test func saysHowAHashIsMade() {
        #expect {
            _ = try Users(text: "users: [{name: a, password: hunter2}]", file: "u")
        } throws: {
            "\($0)".contains("htpasswd -nB NAME") && "\($0)".contains("it does not begin with $2y$")
        }
    }

    @Test func aHashIsNeverPrinted() throws {
        let users = try Users(text: TestUsers.text, file: "u")
        var dumped = ""
        dump(users, to: &dumped)
        #expect(!dumped.contains("$2y$") && !"\(users)".contains("$2y$"))
    }

    @Test(arguments: ["missing.yaml", "wrong.yaml", "."])
    func aRegistryDoesNotStartWithoutItsUsers(name: String) async throws {
        try await withTemporaryFolder { folder in
            try WholeFile.write(Array("users: [{}]".utf8), to: folder.appending("wrong.yaml"))
            var configuration = RegistryConfiguration(dataFolder: folder.appending("data"))
            configuration.usersFile = folder.appending(name)
            #expect {
                _ = try RegistryServer(configuration)
            } throws: {
                guard case .unusableUsers(let reason) = $0 as? RegistryServerError else { return false }
                return reason.contains(folder.appending(name).string)
            }
        }
    }
}
