// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageStore
import OCISpec
import RegistryClient

/// `stet inspect`: what an image is.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what an image is: digest, platform, configuration, layers.",
        discussion: """
            stet inspect registry.example/team/app:1.0
            stet inspect --raw oci:layout:1.0
            """)

    @Argument(help: "A reference, oci:DIR[:NAME], oci-archive:FILE, docker-archive:FILE or store:REF.")
    var image: String
    @Flag(help: "The manifest's own bytes.") var raw = false
    @Flag(help: "The configuration's own bytes.") var config = false
    @Option(
        help: ArgumentHelp(
            "Which image of an index; without it an index is shown as such.", valueName: "os/arch"))
    var platform: String?
    @Option(help: "How to print: text or json.") var format = ResultFormat.text
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !(raw && config) else { throw ValidationError("--raw and --config exclude each other") }
        guard !(raw || config) || format == .text else {
            throw ValidationError("--raw and --config print what there is, whatever --format says")
        }
    }

    func run() async throws {
        let (location, wanted) = try await CommandFailure.asUsage {
            (try ImageLocation(image), try platform.map { try Platform($0) })
        }
        let text = try await CommandFailure.asFailure {
            try await Interruption.watch { try await self.text(of: location, wanted) }
        }
        Terminal.output.write(text)
    }

    private func text(of location: ImageLocation, _ platform: Platform?) async throws -> [UInt8] {
        let connector = try connection.connector()
        let found = try await location.found(as: image, over: connector)
        let source = try await ImageSource.open(found, platform: platform, over: connector)
        if let platform { try await source.check(isFor: platform) }
        let manifest = try await source.manifest()
        if raw { return manifest.bytes }
        var configuration: [UInt8]?
        if case .image(let image) = manifest.content, image.config.mediaType.isImageConfig {
            configuration = try await source.reader.read(
                image.config, limitBytes: ImageSource.manifestLimitBytes)
        }
        if config {
            guard let configuration else {
                let advice =
                    manifest.descriptor.mediaType.isIndex ? "; choose one of its images with --platform" : ""
                throw CommandFailure("\(image): an index or an artifact has no image configuration\(advice)")
            }
            return configuration
        }
        let description = try ImageDescription(source.name, manifest, configuration: configuration)
        return format == .json ? try JSONDocument.pretty(description) : Array(description.text.utf8)
    }
}
