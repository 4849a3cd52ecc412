// SPDX-License-Identifier: Apache-2.0

import Conformance
import Crypto
import OCISpec
import RegistryTransport
import SourceText
import Testing

@Suite("Certificates")
struct CertificateTests {
    private let evidence = CertificateStatement.Evidence(
        suite: Digest(of: Array("suite".utf8)), profile: Digest(of: Array("profile".utf8)),
        report: Digest(of: Array("report".utf8)), version: "9.9.9", issuedOn: "2026-11-21T00:00:00Z")

    private func statement() async throws -> CertificateStatement {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: ["protocol", "write-once"], skip: ["race"])
        let result = try await Certifier(transport: MemoryRegistry(), now: { .zero }).run(request)
        return CertificateStatement(result, evidence)
    }

    private func key() -> String { P256.Signing.PrivateKey().pemRepresentation }

    @Test func itIsAnInTotoStatementAboutTheRegistry() async throws {
        let statement = try await statement()
        let json = try JSONDocument.decode(
            JSONValue.self, from: try JSONDocument.encode(statement), noun: "statement")
        #expect(json["_type"]?.string == "https://in-toto.io/Statement/v1")
        #expect(json["predicateType"]?.string == "https://in-toto.io/attestation/test-result/v0.1")
        #expect(json["subject"]?.array?.first?["name"]?.string == "http://registry.test/")
        #expect(json["predicate"]?["result"]?.string == "PASSED")
        #expect(json["subject"]?.array?.first?["annotations"]?["level"]?.string == "write-once")
        #expect(json["predicate"]?["configuration"]?.array?.count == 3)
        #expect(json["predicate"]?["passedTests"]?.array?.isEmpty == false)
    }

    /// Readers that know the specification's members only refuse all others.
    @Test func itHasNoMemberOfItsOwn() async throws {
        let json = try JSONDocument.decode(
            JSONValue.self, from: try JSONDocument.encode(try await statement()), noun: "statement")
        let names = { (value: JSONValue?) -> Set<String> in
            guard case .object(let members)? = value else { return [] }
            return Set(members.keys)
        }
        #expect(names(json) == ["_type", "subject", "predicateType", "predicate"])
        #expect(names(json["subject"]?.array?.first) == ["name", "uri", "digest", "annotations"])
        #expect(
            names(json["predicate"])
                == ["result", "configuration", "passedTests", "warnedTests", "failedTests"])
        #expect(names(json["predicate"]?["configuration"]?.array?.first) == ["name", "digest"])
    }

    @Test(
        "a statement of something else is refused, and says what",
        arguments: [
            ("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1", "no in-toto statement"),
            ("/test-result/v0.1", "/test-result/v9", "no test result"),
        ])
    func otherStatements(old: String, new: String, reason: String) async throws {
        let statement = try await statement()
        let text = String(decoding: try JSONDocument.encode(statement), as: UTF8.self)
        #expect(try CertificateStatement.read(Array(text.utf8)) == statement)
        let error = #expect(throws: InvalidValue.self) {
            try CertificateStatement.read(Array(text.replacing(old, with: new).utf8))
        }
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(arguments: [0, 2])
    func aStatementAboutNoneOrSeveralIsRefused(count: Int) async throws {
        let text = String(decoding: try JSONDocument.encode(try await statement()), as: UTF8.self)
        let start = try #require(text.firstRange(of: "\"subject\":["))
        let subject = text[start.upperBound...].prefix { $0 != "]" }
        let other = text.replacing(
            subject, with: Array(repeating: String(subject), count: count).joined(separator: ","))
        #expect(throws: InvalidValue.self) { try CertificateStatement.read(Array(other.utf8)) }
    }

    @Test func whatIsSignedIsVerifiedWithTheSameKeyOnly() async throws {
        let statement = try await statement()
        let key = try SigningKey(pem: key())
        let envelope = try SignedEnvelope(statement, with: key)
        let read = try SignedEnvelope.read(try JSONDocument.encode(envelope))
        #expect(try read.verified(by: try VerifyingKey(pem: key.verifyingKey.pem)) == statement)
        let other = try SigningKey(pem: self.key()).verifyingKey
        #expect(throws: CertificateError.notSigned(by: other.id)) { try read.verified(by: other) }
    }

    @Test func aChangedPayloadTypeOrSignatureIsRefused() async throws {
        let key = try SigningKey(pem: key())
        let envelope = try SignedEnvelope(try await statement(), with: key)
        let other = try SignedEnvelope(try await statement(), with: try SigningKey(pem: self.key()))
        var changed = envelope
        changed.signatures = other.signatures
        #expect(throws: CertificateError.self) { try changed.verified(by: key.verifyingKey) }
        changed = envelope
        changed.payload = String(envelope.payload.dropLast(8)) + "fX19fX19"
        #expect(throws: CertificateError.self) { try changed.verified(by: key.verifyingKey) }
        changed = envelope
        changed.payload = "not base64!"
        #expect(throws: CertificateError.self) { try changed.verified(by: key.verifyingKey) }
        changed = envelope
        changed.payloadType = "application/json"
        #expect(throws: CertificateError.self) { try changed.verified(by: key.verifyingKey) }
        changed = envelope
        changed.signatures = []
        #expect(throws: CertificateError.self) { try changed.verified(by: key.verifyingKey) }
    }

    @Test(arguments: ["", "nonsense", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"])
    func aKeyThatIsNoneIsRefusedWithoutBeingShown(pem: String) {
        let error = #expect(throws: CertificateError.self) { try SigningKey(pem: pem) }
        #expect(error?.description.contains("AAAA") == false)
        #expect(throws: CertificateError.self) { try VerifyingKey(pem: pem) }
    }

    @Test(arguments: ["", "[]", "{}", #"{"payloadType": 1}"#])
    func whatIsNoEnvelopeIsRefused(text: String) {
        #expect(throws: CertificateError.self) { try SignedEnvelope.read(Array(text.utf8)) }
    }

    @Test func whatIsAskedForAndNotSaidIsALack() async throws {
        let statement = try await statement()
        var wishes = CertificateWishes()
        wishes.level = .writeOnce
        wishes.registry = "registry.test"
        wishes.report = evidence.report
        wishes.isStrict = true
        #expect(statement.lacks(wishes).isEmpty)
        wishes.level = .sealed
        wishes.registry = "https://registry.test"
        wishes.report = Digest(of: [])
        #expect(
            statement.lacks(wishes) == [
                "it certifies write-once, not sealed",
                "it is about http://registry.test/, not https://registry.test",
                "it was made from another report",
            ])
        #expect(statement.text(comparedTo: nil).contains("\nlevel           write-once\n"))
    }

    @Test(
        "the registry that is asked for is the one that was certified, and no place under it",
        arguments: [
            ("http://registry.test/", "registry.test", true),
            ("http://registry.test/", "REGISTRY.test", true),
            ("http://registry.test/", "http://registry.test", true),
            ("http://registry.test/", "registry.test/", true),
            ("http://registry.test/", "registry.test/team", false),
            ("http://registry.test/team/", "registry.test", false),
            ("http://registry.test/team/", "http://registry.test", false),
            ("http://registry.test/team", "registry.test/team", true),
            ("http://registry.test/", "https://registry.test", false),
            ("http://registry.test/", "other.test", false), ("http://registry.test/", "", false),
        ])
    func registryIsMatchedWhole(certified: String, wanted: String, isMeant: Bool) async throws {
        var statement = try await statement()
        statement.subject.name = certified
        var wishes = CertificateWishes()
        wishes.registry = wanted
        #expect(statement.lacks(wishes).isEmpty == isMeant)
    }

    @Test func itIsStrictByWhatItsProfileDemands() async throws {
        let lax = "profile: mine\ntitle: t\ndenial: {status: any}"
        let demanding = """
            profile: mine
            title: t
            denial:
              status: 409
              code: DENIED
              content-type: application/json
              message-names: [tag, repository]
              forbidden-headers: [location, retry-after, www-authenticate]
              limit-bytes: 1000
            """
        for (text, kind) in [(lax, CertificateStatement.Kind.functional), (demanding, .strict)] {
            var request = try SuiteFiles.request()
            request.profile = try Profile.load(NamedText(name: "p.yaml", text: text))
            request.selection = CertifyRequest.Selection(only: ["first-push"])
            let result = try await Certifier(transport: MemoryRegistry(), now: { .zero }).run(request)
            #expect(result.kind == kind)
            #expect(CertificateStatement(result, evidence).certificate.kind == kind.rawValue)
            #expect(try JSONReport.read(try JSONReport.render(result)).kind == kind)
        }
    }

    @Test func whatItWasMadeWithIsComparedWithWhatIsAtHand() async throws {
        let statement = try await statement()
        let known = KnownSuite(name: "here", suite: evidence.suite, profiles: ["strict": evidence.profile])
        var wishes = CertificateWishes()
        wishes.suite = known
        #expect(statement.lacks(wishes) == [])
        let text = statement.text(comparedTo: known)
        #expect(text.contains("\nsuite           \(evidence.suite), that of here\n"))
        #expect(text.contains("\nprofile/strict  \(evidence.profile), that of here"))
        #expect(statement.text(comparedTo: nil).contains("compared with nothing: no suite is at hand"))

        let other = KnownSuite(name: "there", suite: evidence.report, profiles: [:])
        wishes.suite = other
        #expect(
            statement.lacks(wishes) == [
                "it was made with another suite than that of there: \(evidence.suite)",
                "it was made with another profile/strict than that of there: \(evidence.profile)",
            ])
        #expect(statement.text(comparedTo: other).contains("UNKNOWN: not that of there"))
        #expect(statement.text(comparedTo: other).contains("UNKNOWN: there has none of that name"))
    }
}
