// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageStore
import OCISpec

/// `stet store list`: what the local store has, by name.
struct StoreList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the images of the local store, with their digests.",
        discussion: """
            stet store list
            stet store list --format json
            """)

    @Option(help: "How to print: text or json.") var format = ResultFormat.text

    private struct Image: Encodable {
        let name: String
        let digest: Digest
        let mediaType: MediaType
    }

    func run() async throws {
        let layout = try await StoreCommand.layout()
        let names = try await CommandFailure.asFailure { try layout.names() }
        switch format {
        case .text: for image in names { Terminal.output.line("\(image.name)\t\(image.descriptor.digest)") }
        case .json:
            let images = names.map {
                Image(name: $0.name, digest: $0.descriptor.digest, mediaType: $0.descriptor.mediaType)
            }
            Terminal.output.write(try JSONDocument.pretty(images))
        }
    }
}
