// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageStore
import OCISpec

/// `stet store check`: whether every content of the local store is what its name says.
struct StoreCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Verify every content of the local store against its digest.",
        discussion: """
            stet store check
            stet store check --format json

            Exit status: 0 the store is sound, 1 it has faults.
            """)

    @Option(help: "How to print: text or json.") var format = ResultFormat.text

    private struct Report: Encodable {
        let folder: String
        let faults: [Fault]
    }

    private struct Fault: Encodable {
        let digest: Digest?
        let reachedBy: [String]
        let message: String

        init(_ fault: LayoutFault) {
            digest = fault.digest
            reachedBy = fault.reachedBy
            message = "\(fault)"
        }
    }

    func run() async throws {
        let layout = try await StoreCommand.layout()
        let faults = try await CommandFailure.asFailure {
            try await Interruption.watch { try await layout.check() }
        }
        switch format {
        case .text: for fault in faults { Terminal.output.line("\(fault)") }
        case .json:
            let report = Report(folder: "\(layout.folder)", faults: faults.map(Fault.init))
            Terminal.output.write(try JSONDocument.pretty(report))
        }
        guard faults.isEmpty else {
            throw CommandFailure(
                """
                \(layout.folder) has faults: \(faults.count)
                  hint: pull or build the images that need them again
                """)
        }
        if format == .text { Terminal.error.line("\(layout.folder) is sound") }
    }
}
