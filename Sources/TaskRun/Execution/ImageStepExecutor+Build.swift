// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
import OCISpec
import SystemPackage

extension ImageStepExecutor {
    func build(
        _ action: BuildAction, report: @escaping @Sendable (StepNews) -> Void
    ) async -> StepAttempt {
        var site = site
        site.bases = StoredBaseImages(
            store: store, registries: registries, asksRegistryFirst: action.pulls)
        let builder = ImageBuilder(site) { event in
            if case .output(_, let output) = event {
                report(.wrote(output.bytes, output.stream == .standardOutput ? .output : .error))
            } else {
                report(.build(event))
            }
        }
        do {
            // What is fetched, and an image without a name, are nobody's until they are where they are wanted.
            let lease = try await store.lease()
            defer { lease.end() }
            let resolved = try await self.context(of: action)
            let image = try await builder.build(try request(for: action, in: resolved))
            try await leave(image, of: action, at: site, report: report)
            return .succeeded(product(of: image, action))
        } catch let error as BuildError {
            return .failed(StepFailure(self.context.shown(error.description), output: error.lastOutput))
        } catch {
            return .failed(StepFailure(self.context.shown("\(error)")))
        }
    }

    /// The files of the build: of the run, or from elsewhere.
    private func context(of action: BuildAction) async throws -> ResolvedContext? {
        guard case .remote(var location) = action.context else { return nil }
        try location.obeyBuilderArguments(action.arguments)
        let resolver = BuildContextResolver(
            scratch: store.temporary, http: site.http, registries: registries)
        return try await resolver.resolve(location)
    }

    private func request(for action: BuildAction, in resolved: ResolvedContext?) throws -> BuildRequest {
        var request = BuildRequest(context: context.folder, platform: context.platform)
        switch action.context {
        case .folder(let folder):
            request.context = try path(folder)
            request.dockerfile = try action.dockerfile.map { .file(try path($0)) }
        case .remote:
            request.context = resolved?.folder ?? context.folder
            request.isFetched = true
            request.dockerfile = action.dockerfile.map {
                .file(request.context.appending(FilePath($0).components))
            }
            if let text = resolved?.dockerfile { request.dockerfile = .text(text, name: "Dockerfile") }
        }
        // What cannot be written in the end is known before the work.
        for place in action.results.compactMap(\.path?.string)
            + [action.idFile, action.metadataFile].compactMap(\.self)
        {
            _ = try path(place)
        }
        if !action.platforms.isEmpty { request.platforms = action.platforms }
        request.arguments = action.arguments
        request.target = action.target
        request.output.labels = action.labels
        try action.image.apply(to: &request)
        request.namedContexts = try action.namedContexts.mapValues { try located($0) }
        request.caching.isRead = !action.usesNoCache
        request.caching.imports = try action.cacheSources.map { try located($0) }
        request.caching.exports = try action.cacheTargets.map { try located($0) }
        request.caching.optionalExports = Set(try action.optionalCacheTargets.map { try located($0) })
        request.caching.forcedCompressions = action.forcedCacheCompressions
        request.caching.isInline = action.hasInlineCache
        request.caching.uncachedStages = action.uncachedStages
        request.running = try running(action.running)
        request.created = resolved?.commit?.time ?? context.created
        request.fileTime = context.fileTime
        try request.obeyBuilderArguments()
        try request.check()
        return request
    }

    private func running(_ written: BuildAction.Running) throws -> BuildRequest.Running {
        var running = BuildRequest.Running()
        running.network = written.network
        running.entitlements = written.entitlements
        running.extraHosts = written.hosts
        running.limits = written.limits
        running.sharedMemoryBytes = written.sharedMemoryBytes
        running.secrets = try written.secrets.mapValues { secret -> SecretSource in
            switch secret {
            case .file(let file): .file(try path(file))
            case .bytes(let bytes): .bytes(bytes)
            }
        }
        for id in written.agents { running.agents[id] = agents[id] }
        return running
    }

    private func located(_ named: NamedContext) throws -> NamedContext {
        switch named {
        case .folder(let folder): .folder(try path(folder.string))
        case .layout(let folder, let name): .layout(try path(folder.string), name: name)
        default: named
        }
    }

    private func located(_ cache: CacheLocation) throws -> CacheLocation {
        guard case .folder(let folder, let entry) = cache else { return cache }
        return .folder(try path(folder.string), entry)
    }

    private func product(of image: BuiltImage, _ action: BuildAction) -> StepProduct {
        let digest = image.manifest.digest
        let runtime = image.base.map { ImageName($0.reference, digest: $0.digest) }
        let buildtime = image.dependencies.filter { $0 != image.base }.map {
            ImageName($0.reference, digest: $0.digest)
        }
        let names: [ImageName?] =
            action.tags.isEmpty ? [nil] : action.tags.map { ImageName($0, digest: digest) }
        var product = StepProduct(
            images: action.tags.map { OutputImage($0, digest: digest, publication: .no) },
            dependencies: names.map {
                ImageDependencies(image: $0, runtime: runtime, buildtime: buildtime, commit: context.commit)
            })
        product.digest = digest
        return product
    }
}

extension BuildError {
    /// What the command of a `RUN` wrote last, for `retryOnErrors`.
    fileprivate var lastOutput: String {
        guard case .command(let failed) = self else { return "" }
        return failed.lastOutput.joined(separator: "\n")
    }
}
