// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec

/// `stet push`: an image of this machine into a registry.
struct PushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Push an image from this machine to a registry.",
        discussion: """
            stet push store:registry.example/team/app:1.0 registry.example/team/app:1.0
            stet push oci:layout:1.0 localhost:5050/team/app:1.0
            stet push store:app:1.2.3 registry.example/app:1.2.3 --also-tag 1.2 --also-tag 1

            A tag that stands at this very image is no error; one that stands at another is refused.
            """)

    @Argument(help: "oci:DIR[:NAME], oci-archive:FILE, docker-archive:FILE or store:REF.") var source: String
    @Argument(help: "The reference to push to.") var target: String
    @OptionGroup var tagging: TagOptions
    @OptionGroup var copying: CopyOptions

    func run() async throws {
        try await CommandFailure.asUsage {
            guard case .registry = try ImageLocation(target) else {
                throw CommandFailure("\(target) is not in a registry", exitCode: CommandFailure.usage)
            }
            if case .registry(let reference) = try ImageLocation(source) {
                throw CommandFailure(
                    """
                    \(reference) is in a registry; name an image of this machine, or use stet copy
                      hint: store:NAME is in the local store, oci:DIR and oci-archive:FILE are files
                    """, exitCode: CommandFailure.usage)
            }
        }
        let tags = try await CommandFailure.asUsage { try await tagging.tags() }
        try await copying.copy(from: source, to: target, alsoAs: tags)
    }
}
