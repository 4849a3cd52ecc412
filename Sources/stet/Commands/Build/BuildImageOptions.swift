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
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where it goes besides the local store: a folder for its files, or type=oci|docker|local|image|registry,dest=…",
            valueName: "dest"))
    var output: [String] = []
    @Option(
        help: ArgumentHelp("Media types: oci or docker; with --check, text or json.", valueName: "format"))
    var format: Format?
    @Option(help: ArgumentHelp("Of new layers: gzip, zstd or none.", valueName: "name")) var compression =
        "gzip"
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
        get throws { (push ? [.registries] : []) + (try output.map { try BuildDestination($0) }) }
    }

    func validate() throws {
        let destinations: [BuildDestination]
        do {
            destinations = try self.destinations
        } catch let failure as CommandFailure {
            throw ValidationError(failure.message)
        }
        if destinations.contains(.registries), tags.isEmpty {
            throw ValidationError("--push needs a name: -t REGISTRY/REPOSITORY:TAG")
        }
        guard annotation.isEmpty || format != .docker else {
            throw ValidationError("images of --format docker have no annotations")
        }
    }

    func apply(to request: inout BuildRequest) throws {
        request.tags = try tags.map { try BuildRequest.parseTag($0) }
        request.output.format = format == .docker ? .docker : .oci
        try request.output.compress(with: compression, level: compressionLevel)
        request.output.labels = try NamedValues.parse(label, "--label")
        request.output.annotations = try NamedValues.parse(annotation, "--annotation")
    }
}
