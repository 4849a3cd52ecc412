// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// Runs that certify one registry at the same time, beside its operator.
@Suite struct CertifySharedRegistryTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private static let scenarios =
        "policy-for-registry,policy-for-namespace,policy-allows-identical,policy-preview,overwrite-where-mutable"

    private static func administrator(_ home: FilePath, of data: FilePath) throws -> Program {
        var stet = Program.stet(home: home)
        let token = try WholeFile.read(data.appending("admin-token"))
        stet.environment["STET_ADMIN_TOKEN"] = String(decoding: token, as: UTF8.self).filter {
            !$0.isWhitespace
        }
        return stet
    }

    private func verdicts(_ report: String) throws -> [String] {
        let path = folder.path.appending(report).appending("report.json")
        let json = try JSONDocument.decode(
            JSONValue.self, from: try WholeFile.read(path, limitBytes: 64 << 20), noun: "report")
        let scenarios = json["suites"]?.array?.flatMap { $0["scenarios"]?.array ?? [] } ?? []
        return scenarios.compactMap { $0["verdict"]?.string }
    }

    @Test func runsAtTheSameTimeDoNotBlameTheRegistryForEachOther() async throws {
        let home = folder.path
        let data = home.appending("data")
        let left = try await Peers.withRegistryProcess(over: data, home: home, options: []) { registry in
            let (stet, address) = (try Self.administrator(home, of: data), registry.address)
            await withTaskGroup(of: Void.self) { group in
                for number in 1...3 {
                    group.addTask {
                        _ = try? await stet(
                            "certify", address, "--setup", "stet", "--only", Self.scenarios,
                            "--report", home.appending("report\(number)").string)
                    }
                }
            }
            return try await stet("policy", "list", "--server", "http://\(address)")
        }
        for number in 1...3 {
            let verdicts = try verdicts("report\(number)")
            #expect(!verdicts.contains("violated"), "run \(number): \(verdicts)")
            #expect(verdicts.contains("passed"), "run \(number): \(verdicts)")
        }
        #expect(left.status == 0 && !left.output.contains("stet-certify"), "\(left)")
    }

    @Test func theOperatorsPolicyThatWasSwitchedOffIsStillThere() async throws {
        let home = folder.path
        let data = home.appending("data")
        let left = try await Peers.withRegistryProcess(over: data, home: home, options: []) { registry in
            let stet = try Self.administrator(home, of: data)
            let made = try await stet("policy", "set", "registry", "--server", "http://\(registry.address)")
            #expect(made.status == 0, "\(made)")
            let refused = try await stet("certify", registry.address, "--setup", "stet")
            #expect(
                refused.status == 3 && refused.errors.contains("stet policy disable registry"), "\(refused)")
            let off = try await stet(
                "policy", "disable", "registry", "--server", "http://\(registry.address)")
            #expect(off.status == 0, "\(off)")
            let run = try await stet(
                "certify", registry.address, "--setup", "stet", "--only", "policy-for-registry")
            #expect(run.output.contains("there is a policy for registry already"), "\(run)")
            return try await stet("policy", "list", "--server", "http://\(registry.address)")
        }
        #expect(left.output.contains("registry"), "\(left)")
    }
}
