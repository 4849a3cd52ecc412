// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Conformance
import ImageStore
import OCISpec
import RegistryClient
import SystemPackage
import TaskFile

/// What makes a proof of a result.
struct CertifyProof: Sendable {
    static let certificateName = "certificate.json"
    private static let artifactType = "application/vnd.in-toto+json"
    private static let envelopeType = "application/vnd.dsse.envelope.v1+json"

    let key: SigningKey?
    /// Has a tag.
    let target: Reference?
    let baseline: Baseline?
    let baselineFile: FilePath?

    /// Writes the verdicts for later runs.
    func writeBaseline(_ result: CertifyResult) throws {
        guard let baselineFile else { return }
        try WholeFile.write(try ExpectedVerdicts(result).render(), to: baselineFile)
        Terminal.error.line("wrote \(baselineFile)")
    }

    /// The signed certificate's bytes.
    ///
    /// - Returns: nil without a key, and for a run that did not come to its end, which proves nothing.
    func certificate(
        _ result: CertifyResult, suite: Digest, profile: Digest
    ) throws -> [UInt8]? {
        guard let key else { return nil }
        if let stopped = result.stopped {
            Terminal.error.line("no certificate: not all cases ran: \(stopped.reason)")
            return nil
        }
        let evidence = CertificateStatement.Evidence(
            suite: suite, profile: profile, report: Digest(of: try ReportFile.json.render(result)),
            version: Stet.version, issuedOn: UTCTime(secondsSinceEpoch: WallClock.now()).rfc3339)
        return try JSONDocument.pretty(
            try SignedEnvelope(CertificateStatement(result, evidence), with: key))
    }

    /// Pushes the certificate as an artifact with one layer.
    ///
    /// Source: image-spec 1.1, manifest.md, "Guidelines for Artifact Usage".
    func publish(_ certificate: [UInt8], through connector: RegistryConnector) async throws {
        guard let target, let tag = target.tag else { return }
        var layer = Descriptor(mediaType: try MediaType(CertifyProof.envelopeType), of: certificate)
        // oras writes no file for a layer without one.
        layer.annotations = [AnnotationKey.title: CertifyProof.certificateName]
        var image = ImageManifest(config: .emptyJSON, layers: [layer])
        image.artifactType = try MediaType(CertifyProof.artifactType)
        image.annotations = ["in-toto.io/predicate-type": CertificateStatement.predicateType]
        let manifest = try Manifest(.image(image))
        let repository = try await connector.repository(of: target)
        try await repository.write(.emptyJSON, from: .bytes(Array("{}".utf8)), advancing: { _, _ in })
        try await repository.write(layer, from: .bytes(certificate), advancing: { _, _ in })
        _ = try await repository.put(manifest, as: tag)
        Terminal.error.line("published \(target)@\(manifest.descriptor.digest)")
    }

    /// Says how the result compares, and with which exit status; nil without a baseline.
    func comparison(to result: CertifyResult) -> Int32? {
        guard let baseline else { return nil }
        let comparison = baseline.comparison(to: result)
        Terminal.output.line("Against the baseline:\n\(comparison.text)")
        return comparison.exitCode
    }
}
