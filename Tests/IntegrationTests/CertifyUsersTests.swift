// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import FoundationEssentials
import OCISpec
import SystemPackage
import Testing

/// `stet certify --users`: registries that know who is asking.
@Suite struct CertifyUsersTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    /// As `htpasswd -nbB` makes them; each password is the name and `-s3cret`.
    private static let hashes = [
        "ci": "$2y$05$gKo78.anAd3YRp/6Iv90du6PZUB6yzAxVoyTdBdVjOHbxhI53WQce",
        "viewer": "$2y$05$60pG9CARBrJ7SaIc8uyj6OrG07jwH647nF4artmbV8/gdq2BfRGFO",
        "ops": "$2y$05$lMYOlvEcoXakgOc.nt8aYufH/xYXGCx.P2n5zbe65K6lDxEKk6HgW",
        "robot": "$2y$05$U4IoiZXoVNNxFgJtuMg.4eGm.6P6MQ2ckKTMcuZsGw1ufHnpJbMya",
    ]

    private static let served = """
        users:
          - name: ci
            password: "\(hashes["ci"] ?? "")"
            rights:
              - {repositories: "stet-certify/**", may: delete}
          - name: viewer
            password: "\(hashes["viewer"] ?? "")"
            rights:
              - {repositories: "stet-certify/**", may: pull}
          - name: robot
            password: "\(hashes["robot"] ?? "")"
            rights:
              - {repositories: "robots/**", may: push}
          - name: ops
            password: "\(hashes["ops"] ?? "")"
            administers: true
        """

    /// A user for each way of keeping a password.
    private static let named = """
        reader: {username: viewer, password-variable: VIEWER_PASSWORD}
        administrator: {username: ops, password-file: secrets/ops}
        scoped: {docker-config: robot, may-push: "robots/**"}
        """

    private func auth(_ user: String) -> String {
        Data("\(user):\(user)-s3cret".utf8).base64EncodedString()
    }

    /// Writes what `certify` reads, and returns the program of somebody who is logged in as `ci`.
    private func stet(for address: String) throws -> Program {
        try folder.write(Self.named, "users.yaml")
        try folder.write("ops-s3cret\n", "secrets/ops")
        try folder.write(#"{"auths":{"\#(address)":{"auth":"\#(auth("robot"))"}}}"#, "robot/config.json")
        try folder.write(#"{"auths":{"\#(address)":{"auth":"\#(auth("ci"))"}}}"#, ".docker/config.json")
        var stet = Program.stet(home: folder.path)
        stet.environment["VIEWER_PASSWORD"] = "viewer-s3cret"
        return stet
    }

    private var usersFile: String { folder.path.appending("users.yaml").string }

    private func verdicts() throws -> [String: String] {
        let bytes = try WholeFile.read(folder.path.pushing("report/report.json"), limitBytes: 256 << 20)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("-s3cret"))
        for user in Self.hashes.keys { #expect(!text.contains(auth(user))) }
        let report = try JSONDocument.decode(JSONValue.self, from: bytes, noun: "report")
        let scenarios = report["suites"]?.array?.flatMap { $0["scenarios"]?.array ?? [] } ?? []
        return scenarios.reduce(into: [:]) { verdicts, scenario in
            verdicts[scenario["id"]?.string ?? ""] = scenario["verdict"]?.string
        }
    }

    @Test func ourOwnRegistryIsGovernedWhoeverAsks() async throws {
        try folder.write(Self.served, "served.yaml")
        let data = folder.path.appending("data")
        let options = ["--users", folder.path.appending("served.yaml").string]
        let result = try await Peers.withRegistryProcess(over: data, home: folder.path, options: options) {
            registry in
            var stet = try self.stet(for: registry.address)
            let token = try WholeFile.read(data.appending("admin-token"))
            stet.environment["STET_ADMIN_TOKEN"] = String(decoding: token, as: UTF8.self).filter {
                !$0.isWhitespace
            }
            return try await stet(
                "certify", registry.address, "--setup", "stet", "--users", usersFile, "--require", "governed",
                "--report", folder.path.appending("report").string)
        }
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("Users named: reader, administrator, scoped"), "\(result)")
        let verdicts = try verdicts()
        #expect(!verdicts.values.contains("violated"), "\(verdicts)")
        #expect(!verdicts.values.contains("inconclusive"), "\(verdicts)")
        let own = [
            "anonymous-cannot-push", "anonymous-asked-first", "anonymous-makes-no-repository",
            "reader-cannot-push", "reader-answers-alike", "reader-makes-no-repository",
            "administrator-is-bound", "administrator-cannot-clear", "same-denial-for-everyone",
            "scoped-elsewhere", "writer-changes-no-policy",
        ]
        for id in own { #expect(verdicts[id] == "passed", "\(id): \(result)") }
    }

    @Test func dockerRegistryAsksStrangersFirst() async throws {
        let passwords = folder.path.appending("htpasswd")
        try folder.write("ci:\(Self.hashes["ci"] ?? "")\n", "htpasswd")
        let settings = "auth: {htpasswd: {realm: registry, path: \"\(passwords)\"}}"
        let result = try await Peers.withDockerRegistry(in: folder.path, settings: settings) { address in
            try await self.stet(for: address)(
                "certify", address, "--only", "users", "--require", "protocol", "--report",
                folder.path.appending("report").string)
        }
        let verdicts = try verdicts()
        #expect(verdicts["anonymous-cannot-push"] == "passed", "\(result)")
        #expect(verdicts["anonymous-asked-first"] == "passed", "\(result)")
        #expect(verdicts["anonymous-makes-no-repository"] == "passed", "\(result)")
        #expect(verdicts["reader-cannot-push"] == "skipped", "\(result)")
        #expect(result.output.contains("none was named (--users, reader)"), "\(result)")
    }

    @Test func aWrongPasswordEndsItBeforeTheFirstCase() async throws {
        let passwords = folder.path.appending("htpasswd")
        let lines = ["ci", "viewer"].map { "\($0):\(Self.hashes[$0] ?? "")\n" }.joined()
        try folder.write(lines, "htpasswd")
        let settings = "auth: {htpasswd: {realm: registry, path: \"\(passwords)\"}}"
        let result = try await Peers.withDockerRegistry(in: folder.path, settings: settings) { address in
            var stet = try self.stet(for: address)
            try folder.write(
                "reader: {username: viewer, password-variable: VIEWER_PASSWORD}\n", "users.yaml")
            stet.environment["VIEWER_PASSWORD"] = "wr0ng-one"
            return try await stet("certify", address, "--users", usersFile)
        }
        #expect(result.status == 2, "\(result)")
        #expect(
            result.errors.contains("the credentials of reader are not accepted: GET http://"), "\(result)")
        #expect(!"\(result)".contains("wr0ng-one"), "\(result)")
    }

    @Test(
        "a file that is wrong is told with its place before anything is sent",
        arguments: [
            ("raeder: {}\n", "users.yaml:1:1: error: unknown key \"raeder\""),
            (
                "reader: {username: a, password: s3cret}\n",
                "users.yaml:1:33: error: a password does not belong in this file"
            ),
            (
                "reader: {username: a, password-variable: NOT_SET}\n",
                "users.yaml:1:42: error: $NOT_SET is not set"
            ),
            ("scoped: {docker-config: none, may-push: a}\n", "has no credentials for localhost:1"),
        ])
    func wrongFile(text: String, message: String) async throws {
        try folder.write(text, "users.yaml")
        let result = try await Program.stet(home: folder.path)(
            "certify", "http://localhost:1", "--users", usersFile)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains(message), "\(result)")
        #expect(!result.errors.contains("s3cret"), "\(result)")
    }

    @Test func theEmbeddedRegistryHasNoUsers() async throws {
        try folder.write(Self.named, "users.yaml")
        let result = try await Program.stet(home: folder.path)("certify", "--users", usersFile)
        #expect(result.status == 2 && result.errors.contains("--users needs a registry"), "\(result)")
    }
}
