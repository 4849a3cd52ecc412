// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec

/// `stet copy`: an image from anywhere to anywhere.
struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy an image between registries, layouts and the local store.",
        discussion: """
            stet copy registry.example/team/app:1.0 localhost:5050/team/app:1.0
            stet copy --all oci:layout:1.0 docker://localhost:5050/team/app:1.0

            A bare reference and docker://REF are a registry's, oci:DIR[:NAME] is a layout, store:REF the local store,
            oci-archive:FILE[:NAME] and docker-archive:FILE[:REF] are tar files.
            A tag that stands at this very image is no error; one that stands at another is refused.
            """)

    @Argument(help: "The image to read.") var source: String
    @Argument(help: "The place to write to.") var target: String
    @OptionGroup var tagging: TagOptions
    @OptionGroup var copying: CopyOptions

    func run() async throws {
        let tags = try await CommandFailure.asUsage { try await tagging.tags() }
        try await copying.copy(from: source, to: target, alsoAs: tags)
    }
}
