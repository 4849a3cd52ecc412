// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import ContainerRun
import ImageBuild
import ImageStore
import OCISpec
import RegistryClient
import RegistryTransport
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
            stet build --call outline --target app .

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
    @Option(help: "How the build is shown: auto, which asks BUILDKIT_PROGRESS, plain, tty, json or quiet.")
    var progress = BuildProgress.Mode.auto
    @Flag(name: .shortAndLong, help: "Print the digest and nothing else.") var quiet = false
    @Flag(help: "Check the Dockerfile and build nothing: --call check.") var check = false
    @Option(
        help: ArgumentHelp(
            """
            Build nothing, and say what the Dockerfile is told by the build checks (check), what a target can be given \
            (outline), or which targets there are (targets); with ,format=json for programs.
            """, valueName: "method"))
    var call: String?
    @Argument(help: "Where COPY reads: . for this folder.") var context: String?
    @OptionGroup(title: "Registry options") var connection: ConnectionOptions
    @OptionGroup(visibility: .hidden) var foreign: BuildForeignOptions

    /// What the options ask for in place of an image.
    private var method: BuildCall {
        get throws {
            guard let call = call.given else { return check ? .check : .build }
            let asked = try BuildCall(call)
            guard !check || asked.method == .check else {
                throw ValidationError("--check is --call=check, and there is --call=\(call) too")
            }
            return asked
        }
    }

    func validate() throws {
        let isOfCheck = image.format == .text || image.format == .json
        guard try !isOfCheck || method.method == .check else {
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
        let progress = BuildProgress(quiet ? .quiet : try BuildProgress.mode(progress))
        do {
            try await build(context, progress)
        } catch {
            throw progress.told(error)
        }
    }

    private func build(_ context: String, _ progress: BuildProgress) async throws {
        let call = try self.method
        try await Interruption.watch {
            let registries = try connection.connector()
            let source = try await CommandFailure.asUsage {
                try await open(context, progress, registries)
            }
            let request = try await CommandFailure.asUsage { try await self.request(source) }
            if image.format == .json { return try await CheckReport.list(request) }
            guard call.method == .build else { return try await CallReport.show(call, of: request) }
            let destinations = try image.destinations
            let job = BuildJob(
                request: request, destinations: destinations, progress: progress, registries: registries)
            let site = try BuildPlaces.site(over: connection, registries, pulls: input.pull)
            let built = try await job.run(at: site)
            try await self.leave(built, names: request.tags + destinations.flatMap(\.repositories))
            let isTaken = destinations.contains(where: \.takesStandardOutput)
            if isTaken, progress.isSilent { return }
            (isTaken ? Terminal.error : Terminal.output).line("\(built.manifest.digest)")
        }
    }

    /// Gets the context; what is not a folder of this machine is told of.
    private func open(
        _ context: String, _ progress: BuildProgress, _ registries: RegistryConnector
    ) async throws -> RunContextSource {
        let http = try connection.transport()
        let given = (arguments: try input.arguments, secrets: ServerSecrets(try running.secrets))
        let location = try BuildContextLocation.parse(context)
        if case .path(let path) = location, Folder.isFolder(path) {
            return try await RunContextSource.open(context, over: http, registries)
        }
        return try await progress.show(isWhole: false) { report in
            try await BuildErrand(.context, location.description).report(to: report) { news in
                try await RunContextSource.open(context, over: http, registries, given, news)
            }
        }
    }

    private func request(_ source: RunContextSource) async throws -> BuildRequest {
        guard let folder = source.folder else {
            throw CommandFailure("\(context ?? ""): no such folder", exitCode: CommandFailure.usage)
        }
        var request = BuildRequest(context: folder)
        if let text = source.dockerfile { request.dockerfile = .text(text, name: "Dockerfile") }
        try image.apply(to: &request)
        try await input.apply(to: &request)
        try running.apply(to: &request)
        if source.isFetched, let file = input.file.given, file != "-" {
            request.dockerfile = .file(folder.appending(FilePath(file).components))
        }
        request.isFetched = source.isFetched
        (request.created, request.fileTime) = (source.git.lastCommitTime ?? 0, 0)
        try request.obeyBuilderArguments()
        try request.check()
        return request
    }

    /// Says what was built where scripts look for it.
    private func leave(_ built: BuiltImage, names: [Reference]) async throws {
        try await CommandFailure.asFailure {
            if let iidfile = image.iidfile.given {
                try WholeFile.write(Array(built.manifest.digest.description.utf8), to: Self.place(iidfile))
            }
            if let metadataFile = image.metadataFile.given {
                try WholeFile.write(try built.metadata(names: names), to: Self.place(metadataFile))
            }
        }
    }

    private static func place(_ path: String) -> FilePath {
        Environment.currentFolder.pushing(FilePath(path))
    }
}
