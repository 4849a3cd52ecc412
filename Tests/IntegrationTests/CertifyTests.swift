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
