// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContainerRun
import OCISpec
import SystemPackage

/// `stet doctor`: what this machine has and lacks.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what works on this machine, and what to install for the rest.",
        discussion: """
            stet doctor
            stet doctor --format json

            Runs trivial containers to find out.
            Exit status: 0 everything that is needed is there, 1 something is missing.
            """)

    @Option(help: "How to print: text or json.") var format = ResultFormat.text

    func run() async throws {
        // Builds and runs do the same; what is in the way is among the findings.
        try? UserNamespace.enterIfNeeded()
        let findings = try await CommandFailure.asFailure {
            let data = try UserFolder.data
            let containers = await ContainerFindings(in: data.appending("rootfs")).all()
            return await containers + SurroundingFindings(folder: data).all()
        }
        switch format {
        case .text: Terminal.output.line(FindingList(findings).text(for: .output))
        case .json:
            Terminal.output.write(try await CommandFailure.asFailure { try JSONDocument.pretty(findings) })
        }
        guard !findings.contains(where: { $0.state == .missing }) else {
            throw CommandFailure("something that stet needs is missing")
        }
    }
}
