// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ImageBuild
import ImageStore
import OCISpec

/// What the image is called, how it is written, and where it goes.
struct BuildImageOptions: ParsableArguments {
    /// `oci` and `docker` are of the image, `text` and `json` of what `--check` prints.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case oci, docker, text, json
    }

    @Option(
        name: [.customShort("t"), .customLong("tag")],
        help: ArgumentHelp("A name for the image; may be repeated.", valueName: "ref"))
    var tags: [String] = []
    @Flag(help: "Push the image to the registry of each name.") var push = false
    @Flag(help: "Put the image into the local store: every build does.") var load = false
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            """
            Where the result goes besides the local store: a folder for the files, - for them as a tar on standard \
            output, or type=local|tar|oci|docker|image|registry,dest=…; may be repeated.
            """, valueName: "dest"))
    var output: [String] = []
    @Option(
        help: ArgumentHelp(
            "Media types: oci (the default) or docker; with --check, text or json.", valueName: "format"))
    var format: Format?
    @Option(help: ArgumentHelp("Of new layers: gzip (the default), zstd or none.", valueName: "name"))
    var compression: String?
    @Option(
        name: .customLong("compression-level"),
        help: ArgumentHelp("1 to 3 for gzip, 1 to 19 for zstd.", valueName: "n"))
    var compressionLevel: Int?
    @Option(help: ArgumentHelp("A label for the image.", valueName: "name=value")) var label: [String] = []
    @Option(
        help: ArgumentHelp(
            "An annotation of the manifest and the index; manifest:NAME or index:NAME for one of them.",
            valueName: "name=value"))
    var annotation: [String] = []
    @Option(help: ArgumentHelp("Write the image's digest to a file.", valueName: "file")) var iidfile: String?
    @Option(
        name: .customLong("metadata-file"),
        help: ArgumentHelp("Write what was built to a file, as JSON.", valueName: "file"))
    var metadataFile: String?

    var destinations: [BuildDestination] {
        get throws {
            let outputs = try output.map { try BuildDestination($0) }
            let isPushed = push && !outputs.contains { $0.place == .registries }
            return (isPushed ? [BuildDestination(.registries)] : []) + outputs
        }
    }

    func apply(to request: inout BuildRequest) throws {
        let destinations = try destinations
        try BuildDestination.check(destinations, isTerminal: Terminal.output.isTerminal)
        var settings = try settings
        for destination in destinations { try settings.add(destination.settings) }
        request.output.labels = try NamedValues.parse(label, "--label")
        try settings.apply(to: &request)
        if destinations.contains(where: { $0.place == .registries }), request.tags.isEmpty {
            throw CommandFailure(
                "a push needs a name: -t REGISTRY/REPOSITORY:TAG", exitCode: CommandFailure.usage)
        }
    }

    /// What the options themselves say.
    private var settings: ImageSettings {
        get throws {
            var settings = ImageSettings()
            settings.names = try tags.map { try BuildRequest.parseTag($0) }
            settings.compression = compression
            settings.compressionLevel = compressionLevel
            switch format {
            case .oci: settings.format = .oci
            case .docker: settings.format = .docker
            case nil, .text, .json: break
            }
            settings.annotations = try NamedValues.parse(annotation, "--annotation")
            return settings
        }
    }
}
