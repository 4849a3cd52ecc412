// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageStore
import OCISpec

/// `stet store`: the images that were built or pulled on this machine.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "List, check and tidy the local store.",
        discussion: """
            stet store list
            stet store check
            stet store remove registry.example/team/app:1.0
            stet store prune
            """,
        subcommands: [StoreList.self, StoreCheck.self, StoreRemove.self, StorePrune.self])

    static func layout() async throws -> ImageLayout {
        try await CommandFailure.asFailure { try ImageLayout(creating: UserFolder.imageStore) }
    }
}

struct StoreList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the images of the local store, with their digests.")

    func run() async throws {
        for image in try await StoreCommand.layout().names() {
            Terminal.output.line("\(image.name)\t\(image.descriptor.digest)")
        }
    }
}

struct StoreCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Verify every content of the local store against its digest.")

    func run() async throws {
        let layout = try await StoreCommand.layout()
        let faults = try await CommandFailure.asFailure {
            try await Interruption.watch { try await layout.check() }
        }
        for fault in faults { Terminal.output.line("\(fault)") }
        guard faults.isEmpty else { throw CommandFailure("\(layout.folder) has faults: \(faults.count)") }
        Terminal.error.line("\(layout.folder) is sound")
    }
}

struct StoreRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a name out of the local store; prune frees its space.")

    @Argument(help: "The reference, as `stet store list` shows it.") var reference: String

    func run() async throws {
        let name = try await CommandFailure.asUsage { try Reference(reference).description }
        let layout = try await StoreCommand.layout()
        let removed = try await CommandFailure.asFailure { try await layout.untag(name) }
        guard removed != nil else { throw CommandFailure("the local store has no image \(name)") }
        Terminal.error.line("removed \(name)")
    }
}

struct StorePrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove what no name in the local store reaches.",
        discussion: """
            Keeps what the build cache knows; stet build prune takes that away. Waits for builds, pulls and pushes \
            that use the store, for ten seconds at most.
            """)

    func run() async throws {
        let layout = try await StoreCommand.layout()
        let collected = try await CommandFailure.asFailure {
            let cached = try await BuildPlaces.cachedLayers()
            return try await Interruption.watch {
                try await layout.collectGarbage(keeping: cached, patience: .seconds(10))
            }
        }
        Terminal.error.line(
            "removed \(collected.contents) contents and \(collected.leftovers) leftovers, \(collected.bytes.bytesText)"
        )
    }
}
