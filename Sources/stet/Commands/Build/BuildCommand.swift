// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import ContainerRun
import ImageBuild
import ImageStore
import OCISpec
import RegistryClient
import SystemPackage

/// `stet build`: a Dockerfile to an image in the local store, and from there to where it is wanted.
struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Build an image from a Dockerfile, without a daemon.",
        discussion: """
            stet build -t registry.example/team/app:1.0 .
            stet build -t registry.example/team/app:1.0 --push --platform linux/amd64,linux/arm64 .
            stet build -o - . | tar -t
            stet build --output type=oci,dest=app.tar https://github.com/example/app.git#v1:service
            stet build --check .

            The context is a folder, a tar file, - for one on standard input, a git repository as URL#REF:FOLDER,
            the URL of a tar file, or oci://REF. The digest goes to standard output, the rest to standard error;
            with -o - the archive has standard output for itself.
            Exit status: 0 built, 1 a step or a check failed, 2 the Dockerfile or the command is wrong.
            The options are those of docker buildx build; docs/dockerfile.md says which are not here, and why.
            stet build prune takes from the build cache: stet build prune --help.
            """)

    @OptionGroup(title: "Image options") var image: BuildImageOptions
    @OptionGroup(title: "Input options") var input: BuildInputOptions
    @OptionGroup(title: "RUN options") var running: BuildRunOptions
    @Option(help: "How the build is shown: auto, plain, tty, json or quiet.") var progress = BuildProgress
        .Mode.auto
    @Flag(name: .shortAndLong, help: "Print the digest and nothing else.") var quiet = false
    @Flag(help: "Check the Dockerfile and build nothing.") var check = false
    @Argument(help: "Where COPY reads: . for this folder.") var context: String?
    @OptionGroup(title: "Registry options") var connection: ConnectionOptions
    @OptionGroup(visibility: .hidden) var foreign: BuildForeignOptions

    private var isCheck: Bool { check || foreign.isCheck }

    func validate() throws {
        let isOfCheck = image.format == .text || image.format == .json
        guard isCheck || !isOfCheck else {
            throw ValidationError("--format \(image.format?.rawValue ?? "") needs --check")
        }
    }

    func run() async throws {
        // An ordinary user becomes root over his own files, where that is possible; COPY needs no more than him.
        try? UserNamespace.enterIfNeeded()
        guard let context else {
            throw CommandFailure(
                "name the folder that COPY reads: stet build .", exitCode: CommandFailure.usage)
        }
        let mode = quiet ? .quiet : progress
        let progress = BuildProgress(mode)
        try await Interruption.watch {
            let registries = try connection.connector()
            let source = try await CommandFailure.asUsage {
                try await RunContextSource.open(context, over: try connection.transport(), registries)
            }
            let request = try await CommandFailure.asUsage { try self.request(source) }
            if isCheck {
                return try await CheckReport.show(request, as: image.format == .json ? .json : .text)
            }
            let destinations = try image.destinations
            let job = BuildJob(
                request: request, destinations: destinations, progress: progress, registries: registries)
            let site = try BuildPlaces.site(over: connection, registries, pulls: input.pull)
            let built = try await job.run(at: site)
            try await self.leave(built, tags: request.tags)
            let isTaken = destinations.contains(where: \.takesStandardOutput)
            if isTaken, progress.isSilent { return }
            (isTaken ? Terminal.error : Terminal.output).line("\(built.manifest.digest)")
        }
    }

    private func request(_ source: RunContextSource) throws -> BuildRequest {
        guard let folder = source.folder else {
            throw CommandFailure("\(context ?? ""): no such folder", exitCode: CommandFailure.usage)
        }
        var request = BuildRequest(context: folder)
        if let text = source.dockerfile { request.dockerfile = .text(text, name: "Dockerfile") }
        try image.apply(to: &request)
        try input.apply(to: &request)
        try running.apply(to: &request)
        if source.isFetched, let file = input.file, file != "-" {
            request.dockerfile = .file(folder.pushing(FilePath(file)))
        }
        request.created = try BuildTime.seconds(source.git)
        if Environment.value("SOURCE_DATE_EPOCH") == nil { request.fileTime = 0 }
        return request
    }

    /// Says what was built where scripts look for it.
    private func leave(_ built: BuiltImage, tags: [Reference]) async throws {
        try await CommandFailure.asFailure {
            if let iidfile = image.iidfile {
                try WholeFile.write(Array(built.manifest.digest.description.utf8), to: Self.place(iidfile))
            }
            if let metadataFile = image.metadataFile {
                try WholeFile.write(try built.metadata(names: tags), to: Self.place(metadataFile))
            }
        }
    }

    private static func place(_ path: String) -> FilePath {
        Environment.currentFolder.pushing(FilePath(path))
    }
}
