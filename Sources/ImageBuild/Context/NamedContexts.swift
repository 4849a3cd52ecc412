// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import LayerArchive
import SourceText
import SystemPackage

/// The files that names of `--build-context` stand for, each fetched once, and only where a step reads them.
///
/// What was fetched goes away with the value: keep it while the build runs.
actor NamedContexts {
    private let resolver: BuildContextResolver
    private let progress: @Sendable (BuildEvent) -> Void
    private var resolved: [BuildContextLocation: ResolvedContext] = [:]
    private var trees: [BuildContextLocation: FileTree] = [:]

    /// `scratch` is a folder of the build.
    init(
        of site: BuildSite, _ secrets: ServerSecrets, in scratch: FilePath,
        progress: @escaping @Sendable (BuildEvent) -> Void
    ) {
        self.progress = progress
        resolver = BuildContextResolver(
            scratch: scratch, http: site.http, registries: site.registries, secrets: secrets)
    }

    /// Fetches what the stages read, several at a time.
    ///
    /// - Throws: A diagnostic at the instruction that reads what cannot be had.
    func fetch(for stages: [BuildPlan.Stage], of source: SourceFile) async throws(BuildError) {
        var readers: [BuildContextLocation: (name: String, location: SourceLocation)] = [:]
        for step in stages.flatMap(\.steps) {
            for case .named(let location, let name) in step.origins where readers[location] == nil {
                readers[location] = (name, step.instruction.location)
            }
        }
        let missing = readers.filter { resolved[$0.key] == nil }
        let (resolver, progress) = (resolver, progress)
        let found = try await BuildError.wrapStore {
            try await withThrowingTaskGroup(of: (BuildContextLocation, ResolvedContext).self) { group in
                for (location, reader) in missing {
                    group.addTask {
                        do {
                            let errand = BuildErrand(.namedContext(reader.name), location.description)
                            let context = try await errand.report(to: progress) { news in
                                try await resolver.resolve(location, news)
                            }
                            return (location, context)
                        } catch let error as ContextError {
                            throw Self.failure(error, reader.name, source, reader.location)
                        }
                    }
                }
                var found: [BuildContextLocation: ResolvedContext] = [:]
                for try await (location, context) in group { found[location] = context }
                return found
            }
        }
        resolved.merge(found) { first, _ in first }
    }

    /// The files as a tree, which is read once.
    func tree(of location: BuildContextLocation) async throws(BuildError) -> FileTree {
        if let tree = trees[location] { return tree }
        let (resolver, known) = (resolver, resolved[location])
        let (context, tree) = try await BuildError.wrapStore {
            let context = if let known { known } else { try await resolver.resolve(location) }
            let ignore = try await Self.ignore(of: context)
            return (context, try await BlockingThread.run { try Self.tree(of: context, ignore) })
        }
        resolved[location] = context
        trees[location] = tree
        return tree
    }

    /// A folder of this machine has an ignore file of its own; what is fetched is taken whole, as BuildKit does.
    private static func ignore(of context: ResolvedContext) async throws -> DockerIgnore {
        guard !context.isTemporary else { return DockerIgnore() }
        let file = context.folder.appending(".dockerignore")
        do {
            let bytes = try await BlockingThread.runGivingUp {
                try WholeFile.read(file, limitBytes: 16 << 20)
            }
            return try DockerIgnore.parse(
                String(decoding: bytes, as: UTF8.self), file: file.string, spelling: \.asName)
        } catch is FileError {
            return DockerIgnore()
        }
    }

    private static func tree(of context: ResolvedContext, _ ignore: DockerIgnore) throws -> FileTree {
        guard context.dockerfile == nil else {
            throw NoContext(description: "it is a text, not a tar archive: there is nothing to copy from")
        }
        return try ContextFolder(path: context.folder, ignore: ignore).tree()
    }

    private static func failure(
        _ error: ContextError, _ name: String, _ source: SourceFile, _ location: SourceLocation
    ) -> any Error {
        if error.cause is CancellationError { return CancellationError() }
        let diagnostic = source.error(
            at: location, "cannot get the build context '\(name)' from \(error.location): \(error.cause)")
        return BuildError.baseImage(diagnostic, cause: error)
    }
}
