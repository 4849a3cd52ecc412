// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageStore
import OCISpec

/// `stet store remove`: takes a name away.
struct StoreRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a name out of the local store; prune frees its space.",
        discussion: "stet store remove registry.example/team/app:1.0")

    @Argument(help: "The reference, as `stet store list` shows it.") var reference: String

    func run() async throws {
        let name = try await CommandFailure.asUsage { try Reference(reference).description }
        let layout = try await StoreCommand.layout()
        let removed = try await CommandFailure.asFailure { try await layout.untag(name) }
        guard removed != nil else {
            throw CommandFailure("the local store has no image \(name); `stet store list` shows what it has")
        }
        Terminal.error.line("removed \(name)")
    }
}
