// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import RegistryClient
import RegistryTransport
import SystemPackage
import TaskRun

/// The files that a run works on, wherever they come from.
struct RunContextSource: Sendable {
    /// nil for `/dev/null`: there are none.
    let folder: FilePath?
    let git: GitMetadata
    /// Keeps a fetched context for as long as the run lasts.
    private let resolved: ResolvedContext?

    /// The name that `az acr run` has for no context.
    static let nothing = "/dev/null"

    /// Finds a folder, or fetches what is elsewhere: a repository, an archive, an artifact.
    ///
    /// Build arguments can say how, and secrets who asks; `news` hears how far it is.
    static func open(
        _ text: String, over http: any HTTPTransport, _ registries: RegistryConnector,
        _ given: (arguments: [String: String], secrets: ServerSecrets) = ([:], ServerSecrets()),
        _ news: ErrandNews? = nil
    ) async throws -> RunContextSource {
        let contexts = try UserFolder.data.appending("contexts")
        // Of commands that were killed.
        try await BlockingThread.run { BuildContextResolver.sweep(contexts) }
        if text == nothing { return RunContextSource(folder: nil, git: GitMetadata(), resolved: nil) }
        var location = try BuildContextLocation.parse(text)
        try location.obeyBuilderArguments(given.arguments)
        if case .path(let path) = location, Folder.isFolder(path) {
            return RunContextSource(folder: path, git: await GitMetadata.read(path), resolved: nil)
        }
        if case .path(let path) = location, WholeFile.size(path) == nil {
            throw CommandFailure("\(text): no such folder", exitCode: CommandFailure.usage)
        }
        let resolver = BuildContextResolver(
            scratch: contexts, http: http, registries: registries, secrets: given.secrets)
        let resolved = try await resolver.resolve(location, news)
        var git = GitMetadata()
        if let commit = resolved.commit {
            git.commit = commit.hash
            git.branch = commit.branch
            git.lastCommitTime = commit.time
        }
        return RunContextSource(folder: resolved.folder, git: git, resolved: resolved)
    }

    /// The text of a Dockerfile that came in place of files.
    var dockerfile: String? { resolved?.dockerfile }

    /// True when a task file is looked for in here, and not where the command was given.
    var isFetched: Bool { resolved != nil }
}
