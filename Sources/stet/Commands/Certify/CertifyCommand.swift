// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Conformance

/// `stet certify`: whether a registry lets published tags stand, and what is done with the proof.
struct CertifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certify",
        abstract: "Check that a registry refuses to overwrite tags, deterministically.",
        usage: """
            stet certify [<registry>] [<options>]
            stet certify diff <old> <new>
            stet certify verify <certificate> --key <file>
            """,
        discussion: """
            stet certify --help is about the first of these; the others have their own.
            """,
        subcommands: [CertifyRunCommand.self, CertifyDiffCommand.self, CertifyVerifyCommand.self],
        defaultSubcommand: CertifyRunCommand.self,
        // So "stet certify --help" is about running the suite, with all options.
        helpNames: [])
}

extension Level: ExpressibleByArgument {}
extension NameStyle: ExpressibleByArgument {}
