// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OCISpec
import RegistryClient

/// `stet push`: an image of this machine into a registry.
struct PushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Push an image from this machine to a registry.",
        discussion: """
            stet push store:registry.example/team/app:1.0 registry.example/team/app:1.0
            stet push oci:layout:1.0 localhost:5050/team/app:1.0

            A tag that stands at this very image is no error; one that stands at another is refused.
            """)

    @Argument(help: "oci:DIR[:NAME] or store:REF.") var source: String
    @Argument(help: "The reference to push to.") var target: String
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let (image, reference) = try await CommandFailure.asUsage {
            guard case .registry(let reference) = try ImageLocation(target) else {
                throw CommandFailure("\(target) is not in a registry", exitCode: CommandFailure.usage)
            }
            return (try LocalImage(reading: ImageLocation(source)), reference)
        }
        let outcome = try await CommandFailure.asFailure {
            try await Interruption.watch { try await self.push(image, to: reference) }
        }
        switch outcome {
        case .published: Terminal.error.line("published \(reference)")
        case .alreadyPublished: Terminal.error.line("already published: \(reference) is this very image")
        }
        Terminal.output.line("\(outcome.descriptor.digest)")
    }

    private func push(_ image: LocalImage, to reference: Reference) async throws -> PushOutcome {
        let repository = try await connection.connector().repository(of: reference)
        return try await repository.push(image.manifest(), from: image.layout, as: reference.tag)
    }
}
