// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// What a certificate says: an in-toto statement with a test result.
///
/// The subject is the registry; the suite, the profile and the report are the configuration of the test. It has no
/// member of our own: there are readers that refuse those.
///
/// Source: in-toto attestation framework, `Statement` v1, `ResourceDescriptor` and the predicate `test-result` v0.1.
package struct CertificateStatement: Hashable, Sendable {
    /// A thing with a digest.
    package struct Resource: Codable, Hashable, Sendable {
        package var name: String
        package var digest: [String: String]
    }

    /// The registry.
    package struct Subject: Codable, Hashable, Sendable {
        /// Its base URL.
        package var name: String
        package var uri: String
        /// Of the URL: a registry has no bytes.
        package var digest: [String: String]
        /// What is certified of it.
        package var annotations: Certificate
    }

    /// How the test went.
    package struct Predicate: Codable, Hashable, Sendable {
        /// `PASSED`, or `FAILED` when not even the lowest level is reached.
        package var result: String
        package var configuration: [Resource]
        package var passedTests: [String]
        package var warnedTests: [String]
        package var failedTests: [String]
    }

    /// What the certificate says beside the outcome of each scenario.
    package struct Certificate: Codable, Hashable, Sendable {
        /// nil when not even the lowest level is reached.
        package var level: String?
        /// Strict, or functional when the registry says no in a dialect of its own.
        package var kind: String
        package var profile: String
        /// Facts by name, as ``CertifyResult/Statement`` has them.
        package var statements: [String: String]
        /// RFC 3339.
        package var issuedOn: String
        package var runID: String
        package var tool: String
    }

    package static let type = "https://in-toto.io/Statement/v1"
    package static let predicateType = "https://in-toto.io/attestation/test-result/v0.1"
    static let suiteName = "suite"
    static let profilePrefix = "profile/"

    package var subject: Subject
    package var predicate: Predicate

    /// What is certified of the subject.
    package var certificate: Certificate { subject.annotations }

    /// What was tested with what; the digests are those of the files' bytes.
    package struct Evidence: Sendable {
        package var suite: Digest
        package var profile: Digest
        package var report: Digest
        /// The version of stet.
        package var version: String
        /// RFC 3339.
        package var issuedOn: String

        package init(suite: Digest, profile: Digest, report: Digest, version: String, issuedOn: String) {
            (self.suite, self.profile, self.report) = (suite, profile, report)
            (self.version, self.issuedOn) = (version, issuedOn)
        }
    }

    package init(_ result: CertifyResult, _ evidence: Evidence) {
        let certificate = Certificate(
            level: result.level?.rawValue, kind: result.kind.rawValue, profile: result.profile,
            statements: Dictionary(result.statements.map { ($0.name, $0.value) }) { $1 },
            issuedOn: evidence.issuedOn, runID: result.runID, tool: "stet \(evidence.version)")
        subject = Subject(
            name: result.registry, uri: result.registry,
            digest: CertificateStatement.digest(Digest(of: Array(result.registry.utf8))),
            annotations: certificate)
        let tests = { (verdicts: Set<Verdict>) in
            result.scenarios.filter { verdicts.contains($0.verdict) }.map(\.id)
        }
        let files = [
            (CertificateStatement.suiteName, evidence.suite),
            (CertificateStatement.profilePrefix + result.profile, evidence.profile),
            ("report.json", evidence.report),
        ]
        predicate = Predicate(
            result: result.level == nil ? "FAILED" : "PASSED",
            configuration: files.map {
                Resource(name: $0.0, digest: CertificateStatement.digest($0.1))
            },
            passedTests: tests([.passed]), warnedTests: tests([.inconclusive, .skipped]),
            failedTests: tests([.violated]))
    }

    /// The member names of a digest set are those of the algorithms.
    private static func digest(_ digest: Digest) -> [String: String] {
        [digest.algorithmName: digest.encoded]
    }
}
