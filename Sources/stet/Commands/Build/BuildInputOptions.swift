// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import ImageBuild
import OCISpec
import SystemPackage

/// What is built, and what is known of it already.
struct BuildInputOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: "The Dockerfile; Dockerfile in the context unless given, - for standard input.")
    var file: String?
    @Option(help: "The stage to build; the last one unless given.") var target: String?
    @Option(
        name: .customLong("build-arg"),
        help: ArgumentHelp("A build argument; NAME alone takes its value from here.", valueName: "name=value")
    )
    var buildArguments: [String] = []
    @Option(
        name: .customLong("build-context"),
        help: ArgumentHelp(
            """
            What a name in FROM and COPY --from means: a folder or tar file, a git repository, the URL of a tar file, \
            docker-image://REF, oci-layout://DIR or oci://REF.
            """, valueName: "name=place"))
    var buildContexts: [String] = []
    @Option(
        help: ArgumentHelp(
            "What the image is for; several, by commas, make an index. Unless given: DOCKER_DEFAULT_PLATFORM.",
            valueName: "os/arch,…"))
    var platform: [String] = []
    @Flag(help: "Ask the registries for base images that are in the local store.") var pull = false
    @Flag(name: .customLong("no-cache"), help: "Do every step again.") var noCache = false
    @Option(
        name: .customLong("no-cache-filter"), parsing: .singleValue,
        help: ArgumentHelp("Stages whose steps are done again, by commas.", valueName: "stage,…"))
    var noCacheFilter: [String] = []
    @Option(
        name: .customLong("cache-from"),
        help: ArgumentHelp(
            "A cache to read: an image or cache in a registry, or type=local,src=DIR[,tag=TAG].",
            valueName: "place"))
    var cacheFrom: [String] = []
    @Option(
        name: .customLong("cache-to"),
        help: ArgumentHelp(
            "A cache to write: type=inline, type=registry,ref=REF or type=local,dest=DIR.", valueName: "place"
        ))
    var cacheTo: [String] = []

    /// With what everybody who builds is told by the variable: `SOURCE_DATE_EPOCH`, as docker buildx does.
    var arguments: [String: String] {
        get throws {
            var arguments = try NamedValues.parse(buildArguments.given, "--build-arg") {
                Environment.value($0)
            }
            let epoch = BuilderArgument.sourceDateEpoch.rawValue
            if arguments[epoch] == nil { arguments[epoch] = Environment.value(epoch) }
            return arguments
        }
    }

    /// Those that the option names, else those of the variable that docker has for it; empty for this machine's.
    private var platforms: [Platform] {
        get throws {
            let named = try BuildRequest.parsePlatforms(platform)
            guard named.isEmpty, let text = Environment.value("DOCKER_DEFAULT_PLATFORM") else { return named }
            do {
                return try BuildRequest.parsePlatforms([text])
            } catch {
                throw CommandFailure("DOCKER_DEFAULT_PLATFORM: \(error)", exitCode: CommandFailure.usage)
            }
        }
    }

    func apply(to request: inout BuildRequest) async throws {
        if let file = file.given { request.dockerfile = try await dockerfile(file) }
        request.target = target.given
        request.arguments = try arguments
        let platforms = try self.platforms
        if !platforms.isEmpty { request.platforms = platforms }
        for text in buildContexts where !text.contains("=") {
            throw CommandFailure(
                "--build-context must be NAME=PLACE, not \"\(text)\"", exitCode: CommandFailure.usage)
        }
        for (name, place) in try NamedValues.parse(buildContexts, "--build-context") {
            request.namedContexts[name.lowercased()] = try NamedContext(place)
        }
        request.caching.isRead = !noCache
        request.caching.imports = try cacheFrom.given.map { try CacheLocation($0) }
        request.caching.uncachedStages = Set(
            noCacheFilter.flatMap { $0.split(separator: ",") }.map { $0.lowercased() })
        for text in cacheTo.given {
            switch try CacheTarget(text) {
            case .inline: request.caching.isInline = true
            case .location(let location):
                request.caching.exports.append(location)
                if try CacheTarget.ignoresErrors(text) { request.caching.optionalExports.insert(location) }
                if let name = try CacheTarget.forcedCompression(text) {
                    request.caching.forcedCompressions.insert(name)
                }
            }
        }
    }

    private func dockerfile(_ file: String) async throws -> BuildRequest.DockerfileSource {
        guard file == "-" else { return .file(FilePath(file)) }
        guard let text = String(validating: try await GivenFile.read(file), as: UTF8.self) else {
            throw CommandFailure(
                "the Dockerfile on standard input is not UTF-8", exitCode: CommandFailure.usage)
        }
        return .text(text, name: "-")
    }
}
