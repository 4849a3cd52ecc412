// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import ImageBuild
import ImageStore
import OCISpec
import SystemPackage

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
            "An annotation of the manifest; index:NAME, manifest[PLATFORM]:NAME or index,manifest:NAME for others.",
            valueName: "name=value"))
    var annotation: [String] = []
    @Option(help: ArgumentHelp("Write the image's digest to a file.", valueName: "file")) var iidfile: String?
    @Option(
        name: .customLong("metadata-file"),
        help: ArgumentHelp("Write what was built to a file, as JSON.", valueName: "file"))
    var metadataFile: String?

    /// Where the result goes, and what of `-t` are names of the image.
    private func places() throws -> (destinations: [BuildDestination], names: [String]) {
        var outputs = try output.given.map { try BuildDestination($0) }
        let names = try BuildDestination.takeRepositories(from: tags, for: &outputs)
        if push {
            for index in outputs.indices where outputs[index].isByDigest {
                outputs[index].place = .repositories
            }
        }
        let isPushed = push && !outputs.contains { [.registries, .repositories].contains($0.place) }
        return ((isPushed ? [BuildDestination(.registries)] : []) + outputs, names)
    }

    var destinations: [BuildDestination] { get throws { try places().destinations } }

    func apply(to request: inout BuildRequest) throws {
        try checkFiles()
        let (destinations, names) = try places()
        try BuildDestination.check(destinations, isTerminal: Terminal.output.isTerminal)
        var settings = try settings(names: names)
        for destination in destinations { try settings.add(destination.settings) }
        request.output.labels = try NamedValues.parse(label.given, "--label")
        try settings.apply(to: &request)
        if destinations.contains(where: { $0.place == .registries }), request.tags.isEmpty {
            throw CommandFailure(
                "a push needs a name: -t REGISTRY/REPOSITORY:TAG", exitCode: CommandFailure.usage)
        }
    }

    /// What the options themselves say.
    private func settings(names: [String]) throws -> ImageSettings {
        var settings = ImageSettings()
        settings.names = try names.map { try BuildRequest.parseTag($0) }
        settings.compression = compression.given
        settings.compressionLevel = compressionLevel
        switch format {
        case .oci: settings.format = .oci
        case .docker: settings.format = .docker
        case nil, .text, .json: break
        }
        for (key, value) in try NamedValues.parse(annotation.given, "--annotation") {
            for annotation in try ImageAnnotation.parse(key) { settings.annotations[annotation] = value }
        }
        return settings
    }

    /// What cannot be written in the end is known before the work.
    private func checkFiles() throws {
        for (option, file) in [("--iidfile", iidfile.given), ("--metadata-file", metadataFile.given)] {
            guard let file else { continue }
            let folder = FilePath(file).removingLastComponent()
            let problem =
                Folder.isFolder(FilePath(file))
                ? "it is a folder"
                : folder.isEmpty || Folder.isFolder(folder) ? nil : "there is no folder \(folder)"
            if let problem {
                throw CommandFailure("\(option) \(file): \(problem)", exitCode: CommandFailure.usage)
            }
        }
    }
}
