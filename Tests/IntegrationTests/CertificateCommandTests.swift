// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// Certificates as other programs see them.
@Suite struct CertificateCommandTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    private func file(_ name: String) -> String { folder.path.pushing(FilePath(name)).string }

    private func makeKeys(_ name: String = "") async throws {
        let openssl = Program("openssl")
        let made = try await openssl(
            "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file("key\(name).pem"))
        #expect(made.status == 0, "\(made)")
        let told = try await openssl(
            "ec", "-in", file("key\(name).pem"), "-pubout", "-out", file("public\(name).pem"))
        #expect(told.status == 0, "\(told)")
    }

    private func certify(_ more: String...) async throws -> ProgramResult {
        try await stet.run(
            [
                "certify", "--only", "protocol", "--require", "protocol", "--report", file("report"),
                "--sign-key", file("key.pem"),
            ] + more)
    }

    @Test func opensslAcceptsTheSignature() async throws {
        try await makeKeys()
        let result = try await certify()
        #expect(result.status == 0, "\(result)")
        let script = """
            import base64, json, sys
            envelope = json.load(open(sys.argv[1]))
            kind, payload = envelope['payloadType'].encode(), base64.b64decode(envelope['payload'])
            signed = b'DSSEv1 %d %s %d %s' % (len(kind), kind, len(payload), payload)
            open(sys.argv[2], 'wb').write(signed)
            open(sys.argv[3], 'wb').write(base64.b64decode(envelope['signatures'][0]['sig']))
            """
        let split = try await Program("python3")(
            "-c", script, file("report/certificate.json"), file("signed"), file("signature"))
        #expect(split.status == 0, "\(split)")
        let verified = try await Program("openssl")(
            "dgst", "-sha256", "-verify", file("public.pem"), "-signature", file("signature"), file("signed"))
        #expect(verified.status == 0, "\(verified)")
    }

    @Test func verifySaysWhatIsCertifiedAndWhatIsNot() async throws {
        try await makeKeys()
        try await makeKeys("2")
        _ = try await certify()
        let certificate = file("report/certificate.json")
        let good = try await stet(
            "certify", "verify", certificate, "--key", file("public.pem"), "--require", "protocol",
            "--report",
            file("report/report.json"), "--strict")
        #expect(good.status == 0 && good.output.contains("protocol"), "\(good)")
        let low = try await stet(
            "certify", "verify", certificate, "--key", file("public.pem"), "--require", "sealed")
        #expect(low.status == 1 && low.errors.contains("it certifies protocol, not sealed"), "\(low)")
        let foreign = try await stet("certify", "verify", certificate, "--key", file("public2.pem"))
        #expect(foreign.status == 1 && foreign.errors.contains("is not signed with the key"), "\(foreign)")
        let none = try await stet("certify", "verify", certificate, "--key", certificate)
        #expect(none.status == 2, "\(none)")
    }

    /// Whoever signs may have used scenarios of his own.
    @Test func verifySaysWithWhichSuiteItWasMade() async throws {
        try await makeKeys()
        let sources = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .removingLastComponent().appending("conformance")
        let (own, certificate) = (file("suite"), file("report/certificate.json"))
        let copied = try await Program("cp")("-R", sources.string, own)
        #expect(copied.status == 0, "\(copied)")
        for name in try Folder.names(in: FilePath(own).appending("scenarios")) where name != "basics.yaml" {
            try Folder.remove(FilePath(own).appending("scenarios").appending(name))
        }
        try Folder.remove(FilePath(own).appending("checks.yaml"))
        let made = try await certify("--suite", own)
        #expect(made.status == 0, "\(made)")
        let verify = ["certify", "verify", certificate, "--key", file("public.pem")]
        let shown = try await stet.run(verify)
        #expect(shown.status == 0 && shown.output.contains("UNKNOWN: not that of"), "\(shown)")
        let other = try await stet.run(verify + ["--suite", sources.string])
        #expect(other.status == 1 && other.errors.contains("with another suite than that of"), "\(other)")
        let same = try await stet.run(verify + ["--suite", own])
        #expect(same.status == 0 && !same.output.contains("UNKNOWN"), "\(same)")
    }

    /// A run that gets no certificate must not leave one.
    @Test func theCertificateOfAnEarlierRunIsNotLeft() async throws {
        try await makeKeys()
        _ = try await certify()
        #expect(WholeFile.size(FilePath(file("report/certificate.json"))) != nil)
        let unsigned = try await stet(
            "certify", "--only", "protocol", "--require", "protocol", "--report", file("report"))
        #expect(unsigned.status == 0, "\(unsigned)")
        #expect(WholeFile.size(FilePath(file("report/certificate.json"))) == nil)
        let unreachable = try await stet("certify", "127.0.0.1:1", "--report", file("report"))
        #expect(unreachable.status == 3, "\(unreachable)")
        #expect(WholeFile.size(FilePath(file("report/report.json"))) == nil)
    }

    /// The version is what a suite is told by that belongs to another program.
    @Test func aSuiteOfAnotherVersionThatCannotBeReadIsTold() async throws {
        let sources = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .removingLastComponent().appending("conformance")
        let version = String(decoding: try WholeFile.read(sources.appending("version")), as: UTF8.self)
        let own = try await stet("--version")
        #expect(own.output.contains(version.filter { !$0.isWhitespace }), "\(own)")
        try folder.write("suite: x\ntitle: t\nscenarios: [{future: 1}]\n", "suite/scenarios/x.yaml")
        try folder.write("99.0.0\n", "suite/version")
        var strange = stet
        strange.environment["STET_CONFORMANCE"] = file("suite")
        try folder.write(
            String(decoding: try WholeFile.read(sources.pushing("profiles/strict.yaml")), as: UTF8.self),
            "suite/profiles/strict.yaml")
        let result = try await strange("certify", "--dry-run")
        #expect(result.status == 2 && result.errors.contains("is the suite of stet 99.0.0"), "\(result)")
    }

    @Test func aCertificateIsPublishedAsAnArtifact() async throws {
        try await makeKeys()
        let (stet, folder) = (stet, folder.path)
        let result = try await Peers.withStetServe(in: folder) { registry in
            let target = "\(registry)/certificates:1"
            let certified = try await stet(
                "certify", registry, "--only", "protocol", "--require", "protocol", "--sign-key",
                folder.appending("key.pem").string, "--publish", target)
            #expect(certified.status == 0, "\(certified)")
            let shown = try await stet("inspect", target)
            #expect(shown.output.contains("Artifact:   application/vnd.in-toto+json\n"), "\(shown)")
            return try await stet("inspect", "--raw", target)
        }
        #expect(result.output.contains(#""artifactType":"application/vnd.in-toto+json""#), "\(result)")
    }

    @Test func aKeyThatIsNoneIsFoundBeforeTheRun() async throws {
        try folder.write("nonsense", "key.pem")
        let result = try await certify()
        #expect(result.status == 2 && result.errors.contains("key.pem"), "\(result)")
        #expect(!result.errors.contains("scenarios"), "\(result)")
    }

    @Test func theReportIsAsItsSchemaSays() async throws {
        let module = try await Program("python3")("-c", "import jsonschema")
        guard module.status == 0 else { return }
        _ = try await stet("certify", "--only", "write-once", "--report", file("report"))
        let schema = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .removingLastComponent()
            .pushing("conformance/schema/report.schema.json")
        let script = """
            import json, jsonschema, sys
            jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
            """
        let result = try await Program("python3")("-c", script, schema.string, file("report/report.json"))
        #expect(result.status == 0, "\(result)")
    }

    @Test func twoRunsAreCompared() async throws {
        _ = try await stet("certify", "--only", "protocol", "--report", file("old"))
        _ = try await stet("certify", "--only", "protocol", "--report", file("new"))
        let same = try await stet("certify", "diff", file("old/report.json"), file("new/report.json"))
        #expect(same.status == 0 && same.output.contains("nothing else changed"), "\(same)")
        let wrong = try await stet("certify", "diff", file("old/junit.xml"), file("new/report.json"))
        #expect(wrong.status == 2 && wrong.errors.contains("junit.xml"), "\(wrong)")
    }
}
