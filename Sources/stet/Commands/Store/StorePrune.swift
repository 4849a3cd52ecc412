// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageStore
import OCISpec

/// `stet store prune`: frees the space of what has no name.
struct StorePrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove what no name in the local store reaches.",
        discussion: """
            stet store prune
            stet store prune --dry-run

            Keeps what the build cache knows; stet build prune takes that away. Waits for builds, pulls and pushes \
            that use the store, for ten seconds at most.
            """)

    @Flag(name: .customLong("dry-run"), help: "Remove nothing, and say what would go.") var isDry = false
    @Option(help: "How to print: text or json.") var format = ResultFormat.text

    private struct Report: Encodable {
        let contents: Int
        let leftovers: Int
        let bytes: Int64
        let isDry: Bool
    }

    func run() async throws {
        let layout = try await StoreCommand.layout()
        let collected = try await CommandFailure.asFailure {
            let cached = try await BuildPlaces.cachedLayers()
            return try await Interruption.watch {
                try await layout.collectGarbage(keeping: cached, patience: .seconds(10), isDry: isDry)
            }
        }
        switch format {
        case .json:
            let report = Report(
                contents: collected.contents, leftovers: collected.leftovers, bytes: collected.bytes,
                isDry: isDry)
            Terminal.output.write(try JSONDocument.pretty(report))
        case .text:
            let verb = isDry ? "would remove" : "removed"
            let size = collected.bytes.bytesText
            Terminal.error.line(
                "\(verb) \(collected.contents) contents and \(collected.leftovers) leftovers, \(size)")
        }
    }
}
