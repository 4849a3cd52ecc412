// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec
import RegistryClient

/// `stet tags`: the tags of a repository.
struct TagsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tags", abstract: "List the tags of a repository, one a line.",
        discussion: "stet tags registry.example/team/app")

    @Argument(help: "A repository: a reference without a tag.") var repository: String
    @Option(help: "How to print: text or json.") var format = ResultFormat.text
    @OptionGroup var connection: ConnectionOptions

    private struct List: Encodable {
        let repository: String
        let tags: [Tag]
    }

    func run() async throws {
        let reference = try await CommandFailure.asUsage {
            let parsed = try Reference(repository)
            guard parsed.digest == nil, parsed.tag == .latest, !repository.hasSuffix(":latest") else {
                throw InvalidValue(
                    "repository", repository, "it has a tag or a digest, which a repository has not")
            }
            return parsed
        }
        let tags = try await CommandFailure.asFailure {
            try await Interruption.watch { try await self.tags(of: reference) }
        }
        switch format {
        case .text: for tag in tags { Terminal.output.line("\(tag)") }
        case .json:
            let list = List(repository: "\(reference.registry)/\(reference.repository)", tags: tags)
            Terminal.output.write(try JSONDocument.pretty(list))
        }
    }

    private func tags(of reference: Reference) async throws -> [Tag] {
        try await connection.connector().repository(of: reference).tags()
    }
}
