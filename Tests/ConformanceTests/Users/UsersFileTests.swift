// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Conformance
import OCISpec
import RegistryTransport
import ScratchFolder
import SourceText
import SystemPackage
import Testing

@Suite("The file of users")
struct UsersFileTests {
    private static func load(_ text: String) throws(Diagnostic) -> UsersFile {
        try UsersFile.load(NamedText(name: "users.yaml", text: text))
    }

    @Test func namesRolesAndTheOnePlaceOfWhoMayPushInOne() throws {
        let file = try Self.load(
            """
            reader: {username: ci-reader, password-variable: READER_PASSWORD}
            administrator:
              username: ops
              password-file: ops.password
            scoped: {docker-config: robot, may-push: "team/robot/**"}
            writer: {username: ci, password-variable: CI}
            """)
        #expect(Set(file.homes.keys) == [.reader, .administrator, .scoped, .writer])
        #expect(file.homes[.scoped]??.rawValue == "team/robot/stet-certify")
        #expect(file.homes[.reader] == .some(nil))
    }

    @Test func onePlaceMayBeOneRepository() throws {
        let file = try Self.load("scoped: {docker-config: x, may-push: team/robot}")
        #expect(file.homes[.scoped]??.rawValue == "team/robot")
    }

    @Test(
        "never shows a password that somebody wrote into it",
        arguments: [
            "reader: {username: a, password: s3cret}", "raeder: {username: a, password: 's3cret one'}",
            "reader: {username: a, \"password\": \"s3cret\", x: y}", "raeder: {password: s3cret one}",
        ])
    func passwordIsNotShown(text: String) {
        let error = #expect(throws: Diagnostic.self) { try Self.load(text) }
        #expect(error?.sourceLine?.contains("password") == true)
        #expect(error.map { "\($0)".contains("s3cret") } == false, "\(String(describing: error))")
    }

    @Test(
        "is refused with the place of what is wrong, and what to do",
        arguments: [
            ("", "1:1", "the file names no users", "roles: writer, reader, administrator, scoped"),
            ("# nobody\n", "1:1", "the file names no users", "roles"),
            ("{}", "1:1", "the file names no users", "roles"),
            ("raeder: {}", "1:1", "unknown key \"raeder\" in a list of users", "did you mean \"reader\"?"),
            ("anonymous: {username: a}", "1:12", "anonymous is always there", ""),
            ("token-holder: {username: a}", "1:1", "unknown key \"token-holder\"", ""),
            (
                "reader: {username: a, password: b}", "1:33", "does not belong in this file",
                "password-variable"
            ),
            ("reader: {usrname: a, password-variable: B}", "1:10", "unknown key", "\"username\"?"),
            ("reader: {username: a}", "1:9", "reader needs one place where the credentials are, not 0", ""),
            (
                "reader: {username: a, password-variable: B, password-file: c}", "1:9", "not 2",
                "password-variable, password-file or docker-config"
            ),
            ("reader: {password-variable: B}", "1:9", "a user needs \"username\"", ""),
            ("reader: {username: 'a:b', password-variable: B}", "1:20", "neither colons nor blanks", ""),
            ("reader: {username: a, password-variable: $B}", "1:42", "the name of a variable", "without $"),
            ("reader: {username: a, docker-config: c}", "1:20", "docker-config has the name as well", ""),
            ("reader: {docker-config: c, may-push: x}", "1:38", "is for scoped only", ""),
            ("scoped: {docker-config: c}", "1:9", "a user needs \"may-push\"", ""),
            ("scoped: {docker-config: c, may-push: A}", "1:38", "invalid repository name", "NAME/**"),
            (
                "reader: {username: a, password-variable: B}\nadministrator: {username: a, password-file: c}",
                "2:1", "administrator and reader are the same user", "what they may do has to differ"
            ),
            ("reader: ci", "1:9", "must be a mapping", ""),
        ])
    func refused(text: String, place: String, message: String, hint: String) {
        let error = #expect(throws: Diagnostic.self) { try Self.load(text) }
        #expect(error.map { "\($0.location)" } == "users.yaml:\(place)", "\(String(describing: error))")
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
        #expect(hint.isEmpty || error?.hint?.contains(hint) == true, "\(String(describing: error))")
    }
}

@Suite("The credentials of users")
struct UserCredentialTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func surroundings(_ variables: [String: String] = [:]) -> UserSurroundings {
        let helper: ProgramRunner = { program, _, input in
            guard program == "docker-credential-vault",
                String(decoding: input, as: UTF8.self) == "r.test:5000"
            else { return ProgramResult(status: 1, output: Array("credentials not found".utf8)) }
            return ProgramResult(
                status: 0, output: Array(#"{"Username": "robot", "Secret": "from-helper"}"#.utf8))
        }
        return UserSurroundings(
            registries: ["r.test:5000"], folder: folder.path, helpers: ProgramLimits(running: helper),
            variable: { variables[$0] })
    }

    private func credentials(
        _ text: String, _ variables: [String: String] = [:], at registry: String = "r.test:5000"
    ) async throws -> Credentials? {
        let file = try UsersFile.load(NamedText(name: "users.yaml", text: text))
        let users = try await file.users(surroundings(variables))
        return try await users[.reader]?.lookup(CredentialTarget(registry: registry))
    }

    private func write(_ text: String, _ name: String) throws {
        let path = folder.path.pushing(FilePath(name))
        try Folder.create(path.removingLastComponent())
        try WholeFile.write(Array(text.utf8), to: path)
    }

    @Test func comeFromAVariable() async throws {
        let text = "reader: {username: a, password-variable: B}"
        #expect(try await credentials(text, ["B": "s3cret"]) == .basic(user: "a", password: "s3cret"))
    }

    @Test("come from a file beside it", arguments: ["s3cret", "s3cret\n", "s3cret\r\n"])
    func comeFromAFile(content: String) async throws {
        try write(content, "secrets/a")
        let text = "reader: {username: a, password-file: secrets/a}"
        #expect(try await credentials(text) == .basic(user: "a", password: "s3cret"))
    }

    @Test("come from docker's configuration", arguments: ["reader", "reader/config.json", "~/reader"])
    func comeFromDockersConfiguration(place: String) async throws {
        try write(#"{"auths": {"r.test:5000": {"auth": "YTpzM2NyZXQ="}}}"#, "reader/config.json")
        let found = try await credentials("reader: {docker-config: \(place)}", ["HOME": folder.path.string])
        #expect(found == .basic(user: "a", password: "s3cret"))
    }

    @Test func comeFromAHelper() async throws {
        try write(#"{"credHelpers": {"r.test:5000": "vault"}}"#, "reader/config.json")
        let found = try await credentials("reader: {docker-config: reader}")
        #expect(found == .basic(user: "robot", password: "from-helper"))
    }

    @Test func areGivenToNobodyElse() async throws {
        let text = "reader: {username: a, password-variable: B}"
        #expect(try await credentials(text, ["B": "s3cret"], at: "evil.test") == nil)
    }

    @Test(
        "that are missing are named before anything is sent",
        arguments: [
            ("{username: a, password-variable: B}", "1:42", "$B is not set"),
            ("{username: a, password-file: none}", "1:38", "none cannot be read"),
            ("{username: a, password-file: empty}", "1:38", "must have the password and nothing else"),
            ("{username: a, password-file: two}", "1:38", "must have the password and nothing else"),
            ("{docker-config: other}", "1:25", "has no credentials for r.test:5000"),
            ("{docker-config: none}", "1:25", "has no credentials for r.test:5000"),
            ("{docker-config: broken}", "1:25", "cannot read credentials from"),
        ])
    func missing(user: String, place: String, message: String) async throws {
        try write("\n", "empty")
        try write("one\ntwo\n", "two")
        try write(#"{"auths": {"other.test": {"auth": "YTpzM2NyZXQ="}}}"#, "other/config.json")
        try write("{", "broken/config.json")
        let error = await #expect(throws: Diagnostic.self) { try await credentials("reader: \(user)") }
        #expect(error.map { "\($0.location)" } == "users.yaml:\(place)", "\(String(describing: error))")
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
        #expect(error.map { "\($0)".contains("s3cret") } == false)
    }
}
