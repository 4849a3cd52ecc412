// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec
import RegistryClient

/// `stet delete`: a tag, or a manifest with all its tags.
struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a tag, or a manifest by digest, from a registry.",
        discussion: """
            stet delete registry.example/team/app:1.0
            stet delete registry.example/team/app@sha256:…

            A digest deletes the manifest with every tag that names it. A protected tag is refused.
            """)

    @Argument(help: "A reference with a tag or a digest.") var reference: String
    @Option(help: "How to print the result: text or json.") var format = ResultFormat.text
    @OptionGroup var connection: ConnectionOptions

    private struct Deletion: Encodable {
        let deleted: String
    }

    func run() async throws {
        let wanted = try await CommandFailure.asUsage {
            // latest is what a name means when it is read, and too little said when it is deleted.
            let parsed = try Reference(reference)
            guard parsed.digest != nil || parsed.tag != .latest || reference.hasSuffix(":latest") else {
                throw CommandFailure(
                    "\(reference): say which tag or digest to delete", exitCode: CommandFailure.usage)
            }
            return parsed
        }
        try await CommandFailure.asFailure {
            try await Interruption.watch { try await self.delete(wanted) }
        }
        switch format {
        case .text: Terminal.error.line("deleted \(wanted)")
        case .json: Terminal.output.write(try JSONDocument.pretty(Deletion(deleted: "\(wanted)")))
        }
    }

    private func delete(_ reference: Reference) async throws {
        try await connection.connector().repository(of: reference).delete(reference.manifestReference)
    }
}
