// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// The whole suite against `stet serve`, with everything that a certificate can have.
@Suite struct CertifyGovernedTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private static let sources = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    /// `stet certify` as an administrator of the registry in `data` runs it.
    private static func administrator(_ folder: FilePath, of data: FilePath) throws -> Program {
        var stet = Program.stet(home: folder)
        let token = try WholeFile.read(data.appending("admin-token"))
        stet.environment["STET_ADMIN_TOKEN"] = String(decoding: token, as: UTF8.self).filter {
            !$0.isWhitespace
        }
        return stet
    }

    private func report() throws -> JSONValue {
        let bytes = try WholeFile.read(folder.path.pushing("report/report.json"), limitBytes: 256 << 20)
        return try JSONDocument.decode(JSONValue.self, from: bytes, noun: "report")
    }

    /// The verdict of each scenario by its id.
    private func verdicts() throws -> [String: String] {
        let scenarios = try report()["suites"]?.array?.flatMap { $0["scenarios"]?.array ?? [] } ?? []
        return scenarios.reduce(into: [:]) { verdicts, scenario in
            verdicts[scenario["id"]?.string ?? ""] = scenario["verdict"]?.string
        }
    }

    private func checkSchema() async throws {
        let schema = Self.sources.pushing("conformance/schema/report.schema.json")
        let script = """
            import json, jsonschema, sys
            jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
            """
        let result = try await Program("python3")(
            "-c", script, schema.string, folder.path.pushing("report/report.json").string)
        #expect(result.status == 0, "\(result)")
    }

    /// All that are here; the flow that stands for a client, where one sends just what it sends.
    private static var clients: [(name: String, flow: String?)] {
        var clients: [(name: String, flow: String?)] = [
            ("docker", "docker-schema2"), ("skopeo", "oci-patch"), ("buildah", nil), ("podman", nil),
        ]
        if NewerPeer.oras.isThere { clients.append(("oras", "oci-monolithic")) }
        if NewerPeer.crane.isThere { clients.append(("crane", "oci-tag-first")) }
        return clients
    }

    @Test func ourOwnRegistryIsGovernedForEveryClient() async throws {
        let folder = folder.path
        let data = folder.appending("data")
        let result = try await Peers.withRegistryProcess(over: data, home: folder, options: []) { registry in
            try await Peers.withDockerDaemon(in: folder) { host in
                var stet = try Self.administrator(folder, of: data)
                stet.environment["DOCKER_HOST"] = host
                stet.environment["PATH"] = NewerPeer.path(with: .oras, .crane)
                return try await stet(
                    "certify", registry.address, "--setup", "stet", "--require", "governed", "--report",
                    folder.appending("report").string, "--clients",
                    Self.clients.map { $0.name }.joined(separator: ","))
            }
        }
        #expect(result.status == 0, "\(result)")
        let report = try report()
        #expect(report["level"] == .string("governed"))
        #expect(report["profile"] == .string("strict"))
        let verdicts = try verdicts()
        for (client, flow) in Self.clients {
            #expect(verdicts["client-\(client)"] == "passed", "\(client): \(result)")
            let sent = ClientRequests(in: "client-\(client)", of: report)
            #expect(sent.manifestPuts == 1, "\(client): \(sent)")
            guard let flow else { continue }
            #expect(sent == ClientRequests(in: "first-push", case: flow, of: report), "\(client), \(flow)")
        }
        #expect(!verdicts.values.contains("violated"), "\(verdicts)")
        #expect(!verdicts.values.contains("inconclusive"), "\(verdicts)")
        try await checkSchema()
        // The run has put back what it found: no policy.
        let policies = try await Program.stet(home: folder)(
            "policy", "list", "--data", data.string, "--format", "json")
        #expect(policies.output.filter { !$0.isWhitespace } == "[]", "\(policies)")
    }

    @Test(.needs(.oras, .crane)) func orasAndCraneAreToldNoOnce() async throws {
        let folder = folder.path
        var stet = Program.stet(home: folder)
        stet.environment["PATH"] = NewerPeer.path(with: .oras, .crane)
        let program = stet
        let result = try await Peers.withStetServe(in: folder) { registry in
            try await program(
                "certify", registry, "--require", "protocol", "--only", "protocol", "--clients", "oras,crane",
                "--report", folder.appending("report").string)
        }
        #expect(result.status == 0, "\(result)")
        let report = try report()
        for (client, flow, words) in [
            ("oras", "oci-monolithic", "denied: immutable tag: "),
            ("crane", "oci-tag-first", "DENIED: immutable tag: "),
        ] {
            let notes = Self.notes(of: client, in: report)
            #expect(notes.first == "1 manifest PUT, exit 1")
            #expect(notes.last?.contains(words) == true, "\(notes)")
            let sent = ClientRequests(in: "client-\(client)", of: report)
            #expect(sent == ClientRequests(in: "first-push", case: flow, of: report))
        }
    }

    /// Docker with the image store of containerd tries TLS first, and pushes as containerd does.
    @Test(.needs(.docker, .dockerDaemon)) func aNewDockerIsToldNoOnce() async throws {
        let folder = folder.path
        let room = folder.appending("daemon")
        try Folder.create(room)
        try await DockerDaemon.running(.newer, in: room) { daemon in
            var stet = Program.stet(home: folder)
            stet.environment.merge(daemon.client(keeping: room).environment) { $1 }
            stet.environment["PATH"] = NewerPeer.path(with: .docker)
            let program = stet
            let result = try await Peers.withStetServe(in: folder) { registry in
                try await program(
                    "certify", registry, "--require", "protocol", "--only", "protocol", "--clients",
                    "docker", "--report", folder.appending("report").string)
            }
            #expect(result.status == 0, "\(result)")
        }
        let report = try report()
        #expect(try verdicts()["client-docker"] == "passed")
        #expect(Self.notes(of: "docker", in: report).first == "1 manifest PUT, exit 1")
    }

    private static func notes(of client: String, in report: JSONValue) -> [String] {
        let scenarios = (report["suites"]?.array ?? []).flatMap { $0["scenarios"]?.array ?? [] }
        let found = scenarios.first { $0["id"]?.string == "client-\(client)" }
        return found?["cases"]?.array?.first?["notes"]?.array?.compactMap(\.string) ?? []
    }

    /// By TLS and HTTP/2 a registry must answer as it does without: the same verdicts, one by one.
    @Test func theVersionOfHTTPChangesNothing() async throws {
        let (folder, stet) = (folder.path, Program.stet(home: folder.path))
        let certificates = try await Certificates(in: folder)
        let selection = ["--only", "protocol", "--only", "write-once", "--only", "deterministic"]
        let result = try await Peers.withStetServe(in: folder) { registry in
            let plain = try await stet.run(
                ["certify", registry, "--require", "protocol", "--report", folder.appending("plain").string]
                    + selection)
            #expect(plain.status == 0, "\(plain)")
            return try await Peers.withNginx(before: registry, in: folder, certificates) { address in
                try await stet.run(
                    [
                        "certify", "https://\(address)", "--ca-file", certificates.authority.string,
                        "--report",
                        folder.appending("report").string, "--baseline",
                        folder.pushing("plain/report.json").string,
                    ] + selection)
            }
        }
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("nothing else changed"), "\(result)")
        let records = String(
            decoding: try WholeFile.read(folder.pushing("report/report.json"), limitBytes: 256 << 20),
            as: UTF8.self)
        #expect(records.contains("HTTP/2"), "nobody spoke HTTP/2")
    }
}
