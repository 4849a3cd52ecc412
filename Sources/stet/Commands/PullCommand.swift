// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec

/// `stet pull`: an image of a registry onto this machine.
struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Pull an image from a registry to this machine.",
        discussion: """
            stet pull localhost:5050/team/app:1.0 oci:layout:1.0
            stet pull registry.example/team/app:1.0
            stet pull registry.example/team/app@sha256:…

            What a digest named stays in the local store until it is removed by that name. An image with Docker's media
            types keeps them, and its digest; --convert oci gives it OCI's, and another digest.
            """)

    @Argument(help: "The reference to pull.") var source: String
    @Argument(
        help:
            "oci:DIR[:NAME], oci-archive:FILE, docker-archive:FILE or store:REF; the local store unless given."
    ) var target: String?
    @OptionGroup var copying: CopyOptions

    func run() async throws {
        let place = try await CommandFailure.asUsage {
            guard case .registry(let reference) = try ImageLocation(source) else {
                throw CommandFailure("\(source) is not in a registry", exitCode: CommandFailure.usage)
            }
            return try target.map { try ImageLocation($0) } ?? .store(reference)
        }
        if case .registry(let reference) = place {
            throw CommandFailure(
                "\(reference) is not on this machine; use stet copy", exitCode: CommandFailure.usage)
        }
        try await copying.copy(from: source, to: place.description)
    }
}
