// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Conformance
import OCISpec
import RegistryTransport

/// `stet certify verify`: whether a certificate is what it says.
struct CertifyVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a certificate's signature and what it certifies.",
        discussion: """
            stet certify verify certificate.json --key public.pem
            stet certify verify certificate.json --key public.pem --registry r.example
            stet certify verify certificate.json --key public.pem --suite conformance --strict

            Exit status: 0 the certificate is good, 1 it is not signed with the key or says
            less than was asked for, 2 a file cannot be read.
            """,
        helpNames: .shortAndLong)

    @Argument(help: "The certificate: certificate.json of a report.") var file: String
    @Option(
        help: ArgumentHelp("The public key of whoever must have signed it, in PEM form.", valueName: "file"))
    var key: String
    @Option(help: "The level that it must certify.") var require: Level?
    @Option(help: ArgumentHelp("The registry that it must be about.", valueName: "host[:port] or url"))
    var registry: String?
    @Option(help: ArgumentHelp("The report.json that it must have been made from.", valueName: "file"))
    var report: String?
    @Flag(help: "The registry must have refused as the strict profile wants it, not in a dialect of its own.")
    var strict = false
    @Option(
        help: ArgumentHelp(
            "The suite that it must have been made with; else the one at hand is compared and named.",
            valueName: "dir"))
    var suite: String?
    @Option(help: "How to print: text or json.") var format = ResultFormat.text

    func run() async throws {
        let (envelope, verifyingKey, reportBytes, known) = try await CommandFailure.asUsage {
            (
                try CertifyFile.inFile(file) { try SignedEnvelope.read(try CertifyFile.bytes(file)) },
                try CertifyFile.inFile(key) { try VerifyingKey(pem: try CertifyFile.text(key)) },
                try report.map { try CertifyFile.bytes($0) }, try knownSuite()
            )
        }
        let statement: CertificateStatement
        do {
            statement = try envelope.verified(by: verifyingKey)
        } catch {
            throw CommandFailure("\(file): \(error)")
        }
        var wishes = CertificateWishes()
        wishes.level = require
        wishes.registry = registry
        wishes.report = reportBytes.map { Digest(of: $0) }
        wishes.isStrict = strict
        wishes.suite = suite == nil ? nil : known
        var lacks = statement.lacks(wishes)
        if strict, require == nil, statement.certificate.level == nil {
            lacks.append("it certifies no level: the result is \(statement.predicate.result)")
        }
        guard lacks.isEmpty else {
            throw CommandFailure(ForeignText.shown("\(file): \(lacks.joined(separator: "; "))"))
        }
        switch format {
        case .text: Terminal.output.line(ForeignText.shown(statement.text(comparedTo: known)))
        case .json: Terminal.output.write(try JSONDocument.pretty(statement))
        }
    }

    /// The one that is given must be there; without any, a certificate is compared with nothing.
    private func knownSuite() throws -> KnownSuite? {
        if let suite { return try SuiteFolder(suite).known() }
        return try? SuiteFolder(nil).known()
    }
}
