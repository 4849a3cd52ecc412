// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageStore

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
