// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageStore
import OCISpec
import RegistryClient

/// `stet pull`: an image of a registry onto this machine.
struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Pull an image from a registry to this machine.",
        discussion: """
            stet pull localhost:5050/team/app:1.0 oci:layout:1.0
            stet pull registry.example/team/app:1.0
            """)

    @Argument(help: "The reference to pull.") var source: String
    @Argument(help: "oci:DIR[:NAME] or store:REF; the local store unless given.") var target: String?
    @Option(help: ArgumentHelp("Which image of an index; this machine's unless given.", valueName: "os/arch"))
    var platform: String?
    @Flag(help: "The whole index with all its images.") var all = false
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let (reference, image, wanted) = try await CommandFailure.asUsage {
            guard case .registry(let reference) = try ImageLocation(source) else {
                throw CommandFailure("\(source) is not in a registry", exitCode: CommandFailure.usage)
            }
            let location = try target.map { try ImageLocation($0) } ?? .store(reference)
            let wanted = all ? nil : try platform.map { try Platform($0) } ?? .host
            return (reference, try LocalImage(writing: location), wanted)
        }
        let root = try await CommandFailure.asFailure {
            try await Interruption.watch { try await self.pull(reference, wanted, into: image) }
        }
        Terminal.error.line("pulled \(reference)")
        Terminal.output.line("\(root.digest)")
    }

    private func pull(
        _ reference: Reference, _ platform: Platform?, into image: LocalImage
    ) async throws -> Descriptor {
        let repository = try await connection.connector().repository(of: reference)
        let tag = reference.tag ?? .latest
        let name: RegistryRoute.ManifestReference = reference.digest.map { .digest($0) } ?? .tag(tag)
        let root = try await repository.pull(name, platform: platform, into: image.layout)
        try await image.layout.tag(root, as: image.name ?? tag.rawValue)
        return root
    }
}
