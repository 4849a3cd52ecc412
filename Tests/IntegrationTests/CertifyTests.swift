// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// `stet certify` against real registries.
@Suite struct CertifyTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    private func report() throws -> JSONValue {
        let bytes = try WholeFile.read(folder.path.pushing("report/report.json"))
        return try JSONDocument.decode(JSONValue.self, from: bytes, noun: "report")
    }

    /// A report is well-formed XML that says as many failures as there are violated cases.
    private func checkJUnit() async throws {
        let script = """
            import sys, xml.etree.ElementTree as tree
            root = tree.parse(sys.argv[1]).getroot()
            cases = root.findall('.//testcase')
            assert cases, 'no cases'
            assert int(root.get('failures')) == len(root.findall('.//failure')), 'failures do not add up'
            """
        let result = try await Program("python3")(
            "-c", script, folder.path.pushing("report/junit.xml").string)
        #expect(result.status == 0, "\(result)")
    }

    @Test func dockerRegistryIsARegistryButNotWriteOnce() async throws {
        let (stet, report) = (stet, folder.path.appending("report"))
        let result = try await Peers.withDockerRegistry(in: folder.path) { registry in
            try await stet("certify", registry, "--report", report.string, "--require", "write-once")
        }
        #expect(result.status == 1, "\(result)")
        #expect(try self.report()["level"] == .string("protocol"), "\(result)")
        for violated in ["overwrite", "race"] { #expect(result.output.contains(violated), "\(result)") }
        try await checkJUnit()
    }

    @Test func ourOwnRegistryIsSealed() async throws {
        let (stet, report) = (stet, folder.path.appending("report"))
        let result = try await Peers.withStetServe(in: folder.path) { registry in
            try await stet("certify", registry, "--report", report.string, "--require", "sealed")
        }
        #expect(result.status == 0, "\(result)")
        #expect(try self.report()["level"] == .string("sealed"), "\(result)")
        #expect(result.output.contains("Identical push: denied"), "\(result)")
        try await checkJUnit()
    }

    /// A rule that looks before it writes: what a team does whose registry has no policies.
    @Test func aRuleBeforeTheRegistryRefusesAnOverwriteAndLosesTheRace() async throws {
        let stet = stet
        let result = try await Peers.withDockerRegistry(in: folder.path) { registry in
            try await Peers.withLookFirstRule(before: registry) { address in
                try await stet(
                    "certify", address, "--only", "overwrite-same-flow", "--only", "race-for-new-tag",
                    "--flows",
                    "oci-monolithic,docker-schema2", "--require", "deterministic")
            }
        }
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("passed       overwrite-same-flow"), "\(result)")
        #expect(result.output.contains("violated     race-for-new-tag"), "\(result)")
        #expect(result.output.contains("writers were told that the tag is theirs"), "\(result)")
    }

    @Test func realClientsAreToldNoOnce() async throws {
        let stet = stet
        let result = try await Peers.withStetServe(in: folder.path) { registry in
            try await stet(
                "certify", registry, "--only", "denial-as-declared", "--clients", "skopeo,buildah,podman",
                "--require", "write-once")
        }
        for client in ["skopeo", "buildah", "podman"] {
            #expect(result.output.contains("passed       client-\(client)"), "\(result)")
        }
        #expect(result.output.contains("1 manifest PUT, exit"), "\(result)")
    }

    @Test func clientsCanBeTriedAndNothingElse() async throws {
        let stet = stet
        let result = try await Peers.withStetServe(in: folder.path) { registry in
            try await stet("certify", registry, "--only", "clients", "--clients", "skopeo")
        }
        #expect(result.output.contains("passed       client-skopeo"), "\(result)")
        #expect(result.errors.contains("1 scenario, 1 case, at most 100 kB"), "\(result)")
        #expect(!result.output.contains("passed       first-push"), "\(result)")
    }

    @Test func aDryRunSaysWhatItWouldDoAndSendsNothing() async throws {
        let result = try await stet("certify", "127.0.0.1:1", "--dry-run")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("push a to v1 with docker-schema2"), "\(result)")
        #expect(result.output.hasSuffix("nothing was sent\n"), "\(result)")
    }

    @Test(
        "refuses words that it does not know",
        arguments: [
            (["--flows", "oci-chunk"], "did you mean \"oci-chunked\"?"),
            (["--clients", "skopoe"], "there is no client \"skopoe\"; did you mean \"skopeo\"?"),
            (["--only", "race,cliens"], "not in this suite: cliens (did you mean \"clients\"?)"),
            (["--skip", "overwrit"], "not in this suite: overwrit (did you mean \"overwrite\"?)"),
            (["--only", "clients"], "no client is selected: name those that shall be tried with --clients"),
        ])
    func refuses(arguments: [String], message: String) async throws {
        let result = try await stet.run(["certify"] + arguments)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains(message), "\(result)")
    }

    @Test func aRegistryThatSendsWithoutEndIsNotKept() async throws {
        let script = """
            import http.server, resource, subprocess, sys, threading
            class Endless(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.send_header('Docker-Distribution-Api-Version', 'registry/2.0')
                    self.send_header('Content-Length', str(10 << 30))
                    self.end_headers()
                    try:
                        while True: self.wfile.write(b'x' * (1 << 20))
                    except OSError: pass
                def do_POST(self):
                    self.send_response(404)
                    self.send_header('Content-Length', '0')
                    self.end_headers()
                def log_message(self, *words): pass
            server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Endless)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f'127.0.0.1:{server.server_port}'
            code = subprocess.run([sys.argv[1], 'certify', address, '--only', 'first-push']).returncode
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            print(f'peak {peak} KiB', file=sys.stderr)
            sys.exit(99 if peak > 150 * 1024 else code)
            """
        var python = Program("python3")
        python.environment = stet.environment
        let result = try await python("-c", script, Program.stetPath.string)
        #expect([2, 3].contains(result.status), "\(result)")
    }

    @Test func ourOwnRegistryWithoutAPolicyIsNotWriteOnce() async throws {
        let (stet, folder) = (stet, folder)
        let result = try await Peers.withStetServe(in: folder.path, writeOnce: false) { registry in
            try await stet("certify", registry, "--require", "write-once")
        }
        #expect(result.status == 1, "\(result)")
    }

    @Test func theEmbeddedRegistryIsSealed() async throws {
        let result = try await stet("certify", "--require", "sealed")
        #expect(result.status == 0, "\(result)")
    }

    @Test func aRegistryThatDoesNotAnswerIsInconclusive() async throws {
        let result = try await stet("certify", "127.0.0.1:1")
        #expect(result.status == 3, "\(result)")
    }

    @Test func reportsThatCannotBeWrittenEndTheRunBeforeItBegins() async throws {
        try folder.write("", "file")
        let result = try await stet("certify", "--report", folder.path.appending("file").string)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("the reports cannot be written"), "\(result)")
        #expect(!result.errors.contains("scenarios"), "\(result)")
    }

    @Test func aNumberThatMakesNoSenseIsRefused() async throws {
        let result = try await stet("certify", "--parameter", "writers=100000000000")
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("writers must be between 2 and 1000"), "\(result)")
    }

    @Test func aWeakenedRunIsNotSealed() async throws {
        let result = try await stet("certify", "--parameter", "writers=2", "--parameter", "rounds=1")
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("Level reached: write-once"), "\(result)")
        #expect(result.output.contains("1 round of 2 writers, does not count"), "\(result)")
    }

    @Test func anInterruptedRunWritesItsReports() async throws {
        var timeout = Program("timeout")
        timeout.environment = stet.environment
        let result = try await timeout(
            "--foreground", "--preserve-status", "--signal=INT", "5", Program.stetPath.string, "certify",
            "--only", "identical-denials", "--parameter", "repetitions=60000", "--report",
            folder.path.appending("report").string)
        #expect(result.status == 130, "\(result)")
        #expect(try report()["stopped"] == .string("interrupted"), "\(result)")
        #expect(result.output.contains("Left behind: 1 repository"), "\(result)")
        try await checkJUnit()
    }

    @Test func aServerThatSaysYesToEverythingIsNoRegistry() async throws {
        let script = """
            import http.server, subprocess, sys, threading
            class Yes(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.send_header('Content-Type', 'text/html')
                    self.send_header('Content-Length', '0')
                    self.end_headers()
                do_POST = do_GET
                def log_message(self, *words): pass
            server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Yes)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            sys.exit(subprocess.run([sys.argv[1], 'certify', f'127.0.0.1:{server.server_port}']).returncode)
            """
        var python = Program("python3")
        python.environment = stet.environment
        let result = try await python("-c", script, Program.stetPath.string)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("is not a registry: it answered 200 OK with text/html"), "\(result)")
    }

    @Test func aMalformedScenarioIsNamedWithItsPlace() async throws {
        try folder.write("suite: x\nscenarios:\n  - id: a\n    titel: b\n", "suite/scenarios/x.yaml")
        let profile = try WholeFile.read(repository.pushing("conformance/profiles/strict.yaml"))
        try folder.write(String(decoding: profile, as: UTF8.self), "suite/profiles/strict.yaml")
        let result = try await stet("certify", "--suite", folder.path.appending("suite").string)
        #expect(result.status == 2 && result.errors.contains("x.yaml:4:5"), "\(result)")
    }

    /// The top of the source tree.
    private var repository: FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    }
}
