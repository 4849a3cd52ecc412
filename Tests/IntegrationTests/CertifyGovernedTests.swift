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

    @Test func ourOwnRegistryIsGovernedForEveryClient() async throws {
        let folder = folder.path
        let data = folder.appending("data")
        let result = try await Peers.withRegistryProcess(over: data, home: folder, options: []) { registry in
            try await Peers.withDockerDaemon(in: folder) { host in
                var stet = try Self.administrator(folder, of: data)
                stet.environment["DOCKER_HOST"] = host
                return try await stet(
                    "certify", registry.address, "--setup", "stet", "--require", "governed", "--report",
                    folder.appending("report").string, "--clients", "docker,skopeo,buildah,podman,oras")
            }
        }
        #expect(result.status == 0, "\(result)")
        let report = try report()
        #expect(report["level"] == .string("governed"))
        #expect(report["profile"] == .string("strict"))
        let verdicts = try verdicts()
        for client in ["docker", "skopeo", "buildah", "podman"] {
            #expect(verdicts["client-\(client)"] == "passed", "\(client): \(result)")
        }
        #expect(!verdicts.values.contains("violated"), "\(verdicts)")
        #expect(!verdicts.values.contains("inconclusive"), "\(verdicts)")
        try await checkSchema()
        // The run has put back what it found: no policy.
        let policies = try await Program.stet(home: folder)(
            "policy", "list", "--data", data.string, "--format", "json")
        #expect(policies.output.filter { !$0.isWhitespace } == "[]", "\(policies)")
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
