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

    @Test func aCertificateIsPublishedAsAnArtifact() async throws {
        try await makeKeys()
        let (stet, folder) = (stet, folder.path)
        let result = try await Peers.withStetServe(in: folder) { registry in
            let target = "\(registry)/certificates:1"
            let certified = try await stet(
                "certify", registry, "--only", "protocol", "--require", "protocol", "--sign-key",
                folder.appending("key.pem").string, "--publish", target)
            #expect(certified.status == 0, "\(certified)")
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
