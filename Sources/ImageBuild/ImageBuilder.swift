// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
package import ImageStore
import OCISpec
import SourceText
import SystemPackage

/// Builds images from Dockerfiles into a store.
package struct ImageBuilder: Sendable {
    let site: BuildSite
    let progress: @Sendable (BuildEvent) -> Void

    /// `progress` is called from several threads.
    package init(_ site: BuildSite, progress: @escaping @Sendable (BuildEvent) -> Void = { _ in }) {
        self.site = site
        self.progress = progress
    }

    /// Without a cache, without containers and without the network.
    package init(
        store: ImageLayout, bases: any BaseImages,
        progress: @escaping @Sendable (BuildEvent) -> Void = { _ in }
    ) {
        self.init(BuildSite(store: store, bases: bases), progress: progress)
    }

    /// Builds an image, for several platforms an index of them, and gives it its names.
    ///
    /// The same request on the same context gives the same digest on any machine, whether or not a cache knows its
    /// steps. After a throw no name has changed, and the store has gained nothing but base images and the layers
    /// of steps that the cache knows from now on. Nothing that the build uses is collected before it returns;
    /// what it made stays while a name or the cache reaches it.
    package func build(_ request: BuildRequest) async throws(BuildError) -> BuiltImage {
        try await BuildError.wrapStore {
            try request.check()
            try request.running.checkGiven()
        }
        let texts = try await BuildTexts.read(request)
        let plans = try plans(for: request, from: texts)
        for warning in plans.first?.plan.warnings ?? [] { progress(.warning(warning)) }
        let ignore = try texts.ignore()
        let checks = try plans.first.map { plan throws(BuildError) in
            try BuildChecks(plan, request, ignore: ignore, progress: progress)
        }
        try checks?.runBeforeImages()
        try checkCommands(of: plans, for: request)
        let lease = try await BuildError.wrapStore { try await site.store.lease() }
        defer { lease.end() }
        let scratch = try await BuildError.wrapStore {
            try await BlockingThread.run { [store = site.store] in
                RunMounts.sweepSecrets()
                BuildContextResolver.sweep(store.temporary)
                return try LeasedFolder(in: store.temporary, prefix: ".build-")
            }
        }
        defer { withExtendedLifetime(scratch) {} }
        let transfer = CacheTransfer(site: site, progress: progress)
        let imported = request.caching.isRead ? await transfer.load(request.caching.imports) : []
        let session = CacheSession(
            site.cache, store: site.store, isRead: request.caching.isRead, imported: imported)
        let build = PlatformBuilds(
            site: site, request: request, ignore: ignore, session: session,
            layers: layers(for: request, in: scratch.path, session), checks: checks,
            named: NamedContexts(
                of: site, ServerSecrets(request.running.secrets), in: scratch.path, progress: progress),
            progress: progress)
        let image: BuiltImage
        do {
            image = try await build.run(plans)
        } catch {
            if site.cache != nil { await build.keepFinishedSteps() }
            throw error
        }
        try await transfer.save(session.used, as: request.caching)
        progress(.finished(image))
        return image
    }

    /// All that can be wrong with the texts is found before anything is built.
    private func plans(
        for request: BuildRequest, from texts: BuildTexts
    ) throws(BuildError) -> [PlatformPlan] {
        let dockerfile: Dockerfile
        do {
            dockerfile = try texts.dockerfile()
        } catch {
            throw .invalid(error)
        }
        do {
            try checkUncachedStages(of: request, in: dockerfile)
            var plans: [PlatformPlan] = []
            for platform in request.platforms {
                plans.append(try PlatformPlan(of: dockerfile, for: platform, request))
            }
            return plans
        } catch {
            throw .invalid(error)
        }
    }

    private func checkCommands(
        of plans: [PlatformPlan], for request: BuildRequest
    ) throws(BuildError) {
        let (cache, caching) = (site.cache, request.caching)
        let hasContainers = site.commands != nil
        let checks = CommandChecks(running: request.running, hasContainers: hasContainers) { platform in
            guard caching.isRead else { return false }
            return !caching.imports.isEmpty || cache?.mayKnowCommands(for: platform) ?? false
        }
        for plan in plans { try checks.run(plan) }
    }

    private func checkUncachedStages(
        of request: BuildRequest, in dockerfile: Dockerfile
    ) throws(Diagnostic) {
        let names = dockerfile.stages.enumerated().flatMap { index, stage in
            [stage.name ?? "stage-\(index)", "\(index)"]
        }
        for name in request.caching.uncachedStages.sorted() where !names.contains(name) {
            throw dockerfile.source.error(
                at: SourceLocation(whole: "--no-cache-filter"),
                "there is no stage '\(name)' to build without the cache",
                hint: nearestWord(to: name, in: names).map { "did you mean \($0)?" })
        }
    }

    private func layers(
        for request: BuildRequest, in scratch: FilePath, _ session: CacheSession
    ) -> LayerAccess {
        LayerAccess(
            catalog: LayerCatalog(store: site.store, cache: site.cache), session: session,
            hashes: FileHashes(keptIn: site.cache?.hashes(of: request.context)), scratch: scratch,
            mtime: request.fileTime ?? request.created, compression: request.output.compression)
    }
}
