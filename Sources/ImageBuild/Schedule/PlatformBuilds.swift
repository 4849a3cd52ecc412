// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import ImageStore
import OCISpec

/// One build for all its platforms, one after another: what they have in common the cache knows by then.
struct PlatformBuilds: Sendable {
    let site: BuildSite
    let request: BuildRequest
    let ignore: DockerIgnore
    let session: CacheSession
    let layers: LayerAccess
    let checks: BuildChecks?
    let named: NamedContexts
    let progress: @Sendable (BuildEvent) -> Void

    /// Builds, stores and names the image.
    func run(_ plans: [PlatformPlan]) async throws(BuildError) -> BuiltImage {
        let network = SandboxNetwork()
        let results: [BuildRun.Result]
        do {
            results = try await build(plans, in: network)
        } catch {
            await network.close()
            throw error
        }
        async let closing: Void = network.close()
        let image = try await write(results)
        await closing
        return image
    }

    private func build(
        _ plans: [PlatformPlan], in network: SandboxNetwork
    ) async throws(BuildError) -> [BuildRun.Result] {
        let context = ContextTree(request.context, ignore: ignore)
        let runs = plans.map { plan in
            BuildRun(
                plan: plan, request: request, bases: site.bases, context: context, named: named,
                workshop: workshop(for: plan, network))
        }
        var images: [FetchedImages] = []
        for run in runs { images.append(try await run.fetchImages()) }
        if let first = images.first { try checks?.run(knowing: first) }
        var results: [BuildRun.Result] = []
        for (run, images) in zip(runs, images) { results.append(try await run.build(on: images)) }
        return results
    }

    private func write(_ results: [BuildRun.Result]) async throws(BuildError) -> BuiltImage {
        let (layers, session, store) = (layers, session, site.store)
        var results = results
        if request.output.forcesCompression {
            results = try await Recompression(layers: layers, progress: progress).apply(to: results)
        }
        let images = results
        try await BuildError.wrapStore {
            try await BlockingThread.run {
                try layers.catalog.storeAll()
                session.save()
                layers.hashes.save()
            }
        }
        let writer = ImageWriter(store: store, request: request, steps: session.used)
        return try await BuildError.wrapStore { try await writer.write(images) }
    }

    /// Lets the next build know the steps that succeeded before one failed.
    func keepFinishedSteps() async {
        let (layers, session) = (layers, session)
        try? await BlockingThread.run {
            try layers.catalog.storeAll()
            session.save()
            layers.hashes.save()
        }
    }

    private func workshop(for plan: PlatformPlan, _ network: SandboxNetwork) -> Workshop {
        Workshop(
            source: plan.dockerfile.source, escape: plan.dockerfile.directives.escape,
            arguments: plan.arguments, globalScope: plan.plan.globalScope,
            stageNames: plan.dockerfile.stageNames, ignore: ignore, layers: layers,
            commands: site.commands, network: network, running: request.running, context: request.context,
            http: site.http,
            created: Timestamp.rfc3339(request.created),
            target: request.platforms.count > 1 ? plan.platform : nil, progress: progress)
    }
}
