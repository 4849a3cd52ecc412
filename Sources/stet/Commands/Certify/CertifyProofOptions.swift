// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import Conformance
import OCISpec
import SystemPackage

/// What is done with a result: held against a baseline, signed, published.
struct CertifyProofOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write certificate.json, signed with this private key (ECDSA P-256, PEM).", valueName: "file"))
    var signKey: String?
    @Option(
        help: ArgumentHelp(
            "Push the certificate as an artifact; needs --sign-key.", valueName: "repository:tag"))
    var publish: String?
    @Option(
        help: ArgumentHelp(
            "A report.json, or a file of --write-baseline, that nothing may be worse than.", valueName: "file"
        ))
    var baseline: String?
    @Option(help: ArgumentHelp("Write the verdicts as a baseline for later runs.", valueName: "file"))
    var writeBaseline: String?

    func validate() throws {
        guard publish == nil || signKey != nil else { throw ValidationError("--publish needs --sign-key") }
    }

    /// Reads everything that can be wrong before a registry is written to.
    ///
    /// - Throws: A ``CommandFailure`` with the status 2.
    func prepared() throws -> CertifyProof {
        var target: Reference?
        if let publish {
            let reference = try Reference(publish)
            guard reference.tag != nil else {
                throw CommandFailure(
                    "--publish \(publish): a tag is missing, for example \(publish):1",
                    exitCode: CommandFailure.usage)
            }
            target = reference
        }
        return CertifyProof(
            key: try signKey.map { name in
                try CertifyFile.inFile(name) { try SigningKey(pem: try CertifyFile.text(name)) }
            },
            target: target, baseline: try baseline.map { try CertifyFile.baseline($0) },
            baselineFile: writeBaseline.map { Environment.currentFolder.pushing(FilePath($0)) })
    }
}
