// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Dispatch
import Glibc
import ScriptedHTTP
import SystemPackage
import Testing

/// What `stet certify` makes of files that are malformed and of servers that are no registries: 2 or 3, never a
/// verdict.
@Suite struct CertifyBadInputTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    private static let goodProfile = """
        profile: strict
        title: t
        denial: {status: 409, code: DENIED, content-type: application/json, message-names: [repository, tag],
          forbidden-headers: [WWW-Authenticate, Retry-After, Location], limit-bytes: 4096}

        """
    private static let goodScenarios = """
        suite: s
        title: t
        scenarios:
          - id: a
            title: b
            level: protocol
            severity: must
            source: c
            why: d
            covers: [O1]
            given: immutable
            steps:
              - push: {image: a, tag: v1}

        """

    private static let malformed: [(file: String, old: String, new: String, message: String)] = [
        ("scenarios/s.yaml", "    title: b", "    titel: b", "s.yaml:5:5: "),
        ("scenarios/s.yaml", "level: protocol", "level: protocoll", "s.yaml:6:12: error: unknown level"),
        ("scenarios/s.yaml", "- push: {image: a", "- psuh: {image: a", "s.yaml:13:9: "),
        ("scenarios/s.yaml", "tag: v1}", "tag: \"no tag\"}", "s.yaml:13:31: "),
        ("scenarios/s.yaml", "suite: s", "suite: [s", "s.yaml:"),
        ("scenarios/s.yaml", "covers: [O1]", "covers: [O99]", "a covers \"O99\", and there is no such check"),
        ("profiles/strict.yaml", "status: 409", "status: 200", "strict.yaml:3:18: "),
        (
            "profiles/strict.yaml", "code: DENIED", "cod: DENIED",
            "strict.yaml:3:23: error: unknown key \"cod\""
        ),
    ]

    @Test("a malformed file is refused with its place", arguments: malformed)
    func malformedFile(file: String, old: String, new: String, message: String) async throws {
        try folder.write(Self.goodScenarios, "suite/scenarios/s.yaml")
        try folder.write(Self.goodProfile, "suite/profiles/strict.yaml")
        try folder.write("checks:\n  - {id: O1, name: a check}\n", "suite/checks.yaml")
        let suite = folder.path.appending("suite").string
        let good = try await stet("certify", "--suite", suite, "--dry-run")
        #expect(good.status == 0, "\(good)")
        try folder.write(try folder.text("suite/\(file)").replacing(old, with: new), "suite/\(file)")
        let result = try await stet("certify", "--suite", suite)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains(message), "\(result)")
        #expect(result.output.isEmpty, "\(result)")
    }

    @Test(
        "a word that is unknown is refused, with those that are known",
        arguments: [
            (["--profile", "no/such.yaml"], "there is no file no/such.yaml"),
            (["--profile", "hrbor"], "did you mean \"harbor\"?"), (["--setup", "hrbor"], "harbor"),
            (["--require", "seeled"], "sealed"), (["--only", "no-such-scenario"], "no-such-scenario"),
            (["--only", "overwrite-sameflow"], "did you mean \"overwrite-same-flow\"?"),
            (["--parameter", "wirters=20"], "did you mean \"writers\"?"),
            (["--parameter", "writers=0"], "--parameter: writers must be between 2 and 1000, not 0"),
            (["--clients", "dokcer"], "did you mean \"docker\"?"),
            (["--only", "race", "--skip", "race"], "no scenario is selected"),
            (["--parameter", "rounds=100000"], "the run may send 200.0 MB, and would send up to"),
            (["--immutable", "a", "--mutable", "a"], "--immutable and --mutable cannot both be a"),
            (["127.0.0.1:9/prefix"], "give a registry, not a repository: 127.0.0.1:9/prefix"),
            (
                ["127.0.0.1:9", "--second", "127.0.0.1:9"],
                "--second 127.0.0.1:9 is the registry's first address"
            ),
            (["--profile", "auto", "--describe"], "name a profile with --profile"),
            (["diff", "/etc/passwd", "/etc/passwd"], "/etc/passwd is no baseline: it is not JSON"),
            (["--timeout", "0"], "--timeout must be between 1 and 3600 seconds"),
            (["--suite", "/nowhere"], "/nowhere has no folder scenarios"),
        ])
    func unknownWord(arguments: [String], message: String) async throws {
        let result = try await stet.run(["certify"] + arguments)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains(message), "\(result)")
    }

    @Test func aPipeAmongTheScenariosIsNotWaitedFor() async throws {
        try folder.write(Self.goodProfile, "suite/profiles/strict.yaml")
        try Folder.create(folder.path.pushing("suite/scenarios"))
        try #require(mkfifo(folder.path.pushing("suite/scenarios/s.yaml").string, 0o644) == 0)
        let result = try await stet("certify", "--suite", folder.path.appending("suite").string)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("s.yaml is no regular file"), "\(result)")
    }

    private typealias Answer = @Sendable (ScriptedServer.Request) -> [UInt8]?

    private static let servers: [(name: String, answer: Answer, status: Int32)] =
        [
            ("a web site", { _ in ScriptedServer.answer(200, ["Content-Type: text/html"], "<html>") }, 2),
            ("nothing", { _ in ScriptedServer.answer(404) }, 2),
            ("for ever elsewhere", { _ in ScriptedServer.answer(302, ["Location: /v2/"]) }, 2),
            ("a login", { _ in ScriptedServer.answer(401, ["WWW-Authenticate: Basic realm=\"r\""]) }, 2),
            ("hangs up", { _ in nil }, 3),
            ("no HTTP", { _ in Array("SSH-2.0-OpenSSH_9.2\r\n".utf8) }, 2),
            ("half a head", { _ in Array("HTTP/1.1 200 OK\r\nContent-Le".utf8) }, 3),
        ]

    @Test("a server that is no registry gets no verdict", arguments: servers.indices)
    func noRegistry(index: Int) async throws {
        let (name, answer, status) = Self.servers[index]
        let server = try ScriptedServer(answer)
        let result = try await stet("certify", "http://127.0.0.1:\(server.port)", "--timeout", "1")
        #expect(result.status == status, "\(name): \(result)")
        #expect(!result.output.contains("Level reached"), "\(name): \(result)")
        #expect(server.requests.count < 20, "\(name): it was asked \(server.requests.count) times")
    }

    @Test func aServerThatNeverAnswersIsGivenUpAfterTheTimeThatWasSet() async throws {
        let port = try SilentPort()
        let result = try await stet("certify", "http://127.0.0.1:\(port.port)", "--timeout", "1")
        #expect(result.status == 3, "\(result)")
        #expect(result.errors.contains("127.0.0.1:\(port.port)"), "\(result)")
    }

    @Test func aServerThatTakesARequestAndSaysNothingIsGivenUpToo() async throws {
        let end = DispatchSemaphore(value: 0)
        let server = try ScriptedServer { _ in
            end.wait()
            return nil
        }
        let result = try await stet("certify", "http://127.0.0.1:\(server.port)", "--timeout", "1")
        for _ in server.requests { end.signal() }
        #expect(result.status == 3, "\(result)")
        #expect(server.requests.count == 1)
    }

    /// Reads go round in circles; the run ends all the same.
    @Test func aRegistryWhoseBlobsAreForEverElsewhereIsViolated() async throws {
        let server = try ScriptedServer { request in
            switch request.line.prefix(while: { $0 != " " }) {
            case "GET" where request.line == "GET /v2/":
                ScriptedServer.answer(200, ["Docker-Distribution-Api-Version: registry/2.0"], "{}")
            case "GET", "HEAD": ScriptedServer.answer(307, ["Location: /v2/round/blobs/again"])
            case "POST": ScriptedServer.answer(202, ["Location: /v2/upload/1"])
            default: ScriptedServer.answer(201, ["Location: /v2/x"])
            }
        }
        let result = try await stet(
            "certify", "http://127.0.0.1:\(server.port)", "--only", "first-push", "--flows", "oci-monolithic")
        #expect([1, 3].contains(result.status), "\(result)")
        #expect(!result.output.contains("passed       first-push"), "\(result)")
        #expect(server.requests.count < 60, "it was asked \(server.requests.count) times")
    }
}
