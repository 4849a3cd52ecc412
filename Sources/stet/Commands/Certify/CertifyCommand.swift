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
            stet certify                                   the embedded registry
            stet certify localhost:5000 --report report    another one, with reports
            stet certify run --help                        all options

            Exit status: 0 the required level is reached, 1 it is not, 2 bad usage or a missing login,
            3 inconclusive, 130 interrupted (the reports say what was found out until then).
            """,
        subcommands: [CertifyRunCommand.self, CertifyDiffCommand.self, CertifyVerifyCommand.self],
        defaultSubcommand: CertifyRunCommand.self)
}

extension Level: ExpressibleByArgument {}
