// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import ImageBuild
import ImageStore
import OCISpec
import SystemPackage
import TaskRun

/// `stet build`: a Dockerfile to an image in the local store.
struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Build an image from a Dockerfile, without a daemon.",
        discussion: "stet build -t registry.example/team/app:1.0 .")

    @Option(
        name: [.customShort("t"), .customLong("tag")],
        help: ArgumentHelp("A name for the image.", valueName: "ref"))
    var tags: [String] = []
    @Option(name: .shortAndLong, help: "The Dockerfile; Dockerfile in the context unless given.") var file:
        String?
    @Option(help: "The stage to build; the last one unless given.") var target: String?
    @Option(name: .customLong("build-arg"), help: ArgumentHelp("A build argument.", valueName: "name=value"))
    var buildArguments: [String] = []
    @Option(help: ArgumentHelp("A label for the image.", valueName: "name=value")) var label: [String] = []
    @Option(help: ArgumentHelp("What the image is for.", valueName: "os/arch")) var platform: String?
    @Argument(help: "The folder that COPY reads.") var context: String
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let request = try await CommandFailure.asUsage { try await self.request() }
        let image = try await CommandFailure.asFailure {
            try await Interruption.watch { try await self.build(request) }
        }
        Terminal.output.line("\(image.manifest.digest)")
    }

    private func build(_ request: BuildRequest) async throws -> BuiltImage {
        let store = try ImageLayout(creating: UserFolder.imageStore)
        let bases = StoredBaseImages(store: store, registries: try connection.connector())
        let console = BuildConsole(terminal: .error, prefix: "build")
        return try await ImageBuilder(store: store, bases: bases) { console.show($0) }.build(request)
    }

    private func request() async throws -> BuildRequest {
        let folder = FilePath(context)
        guard Folder.isFolder(folder) else {
            throw CommandFailure("\(context): no such folder", exitCode: CommandFailure.usage)
        }
        var request = BuildRequest(context: folder, platform: try platform.map { try Platform($0) } ?? .host)
        request.dockerfile = file.map { .file(FilePath($0)) }
        request.tags = try tags.map { try BuildRequest.parseTag($0) }
        request.arguments = try Self.pairs(buildArguments, "--build-arg") { Environment.value($0) ?? "" }
        request.labels = try Self.pairs(label, "--label") { _ in "" }
        request.target = target
        request.created = try BuildTime.seconds(await GitMetadata.read(folder))
        return request
    }

    /// `NAME=VALUE`; a bare `NAME` takes what `missing` gives.
    private static func pairs(
        _ texts: [String], _ option: String, missing: (String) -> String
    ) throws -> [String: String] {
        var pairs: [String: String] = [:]
        for text in texts {
            let name = String(text.prefix { $0 != "=" })
            guard !name.isEmpty else {
                throw CommandFailure(
                    "\(option) must be NAME=VALUE, not \"\(text)\"", exitCode: CommandFailure.usage)
            }
            pairs[name] = name.count < text.count ? String(text.dropFirst(name.count + 1)) : missing(name)
        }
        return pairs
    }
}
