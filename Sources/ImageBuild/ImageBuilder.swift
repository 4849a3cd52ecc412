// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
package import ImageStore
import OCISpec
import SourceText
import SystemPackage

/// Builds images from Dockerfiles into a store.
package struct ImageBuilder: Sendable {
    let store: ImageLayout
    let bases: any BaseImages
    let progress: @Sendable (BuildEvent) -> Void

    package init(
        store: ImageLayout, bases: any BaseImages,
        progress: @escaping @Sendable (BuildEvent) -> Void = { _ in }
    ) {
        self.store = store
        self.bases = bases
        self.progress = progress
    }

    /// Builds one image and gives it its names.
    ///
    /// The same request on the same context gives the same digest on any machine. After a throw the store is as
    /// it was, but for base images. Nothing that the build uses is collected before it returns; what it made
    /// stays while a name reaches it or somebody has a lease.
    package func build(_ request: BuildRequest) async throws(BuildError) -> BuiltImage {
        let texts = try await BuildTexts.read(request)
        let dockerfile: Dockerfile
        let plan: BuildPlan
        do {
            dockerfile = try texts.dockerfile()
        } catch {
            throw .invalid(error)
        }
        let arguments = BuildArguments(given: request.arguments, platform: request.platform.buildArguments)
        do {
            var planner = BuildPlanner(dockerfile, arguments: arguments, platform: request.platform)
            plan = try planner.plan(target: request.target)
        } catch {
            throw .invalid(error)
        }
        for warning in plan.warnings { progress(.warning(warning)) }
        return try await withScratchFolder { scratch throws(BuildError) in
            let workshop = Workshop(
                source: dockerfile.source, escape: dockerfile.directives.escape, arguments: arguments,
                globalScope: plan.globalScope, ignore: try texts.ignore(),
                layers: LayerAccess(store: store, scratch: scratch, mtime: request.created),
                created: Timestamp.rfc3339(request.created), progress: progress)
            var run = BuildRun(plan: plan, request: request, bases: bases, workshop: workshop)
            let image = try await run.build()
            progress(.finished(image))
            return image
        }
    }

    private func withScratchFolder(
        _ body: (FilePath) async throws(BuildError) -> BuiltImage
    ) async throws(BuildError) -> BuiltImage {
        let lease = try await BuildError.wrapStore { try await store.lease() }
        defer { lease.end() }
        let scratch = try await BuildError.wrapStore {
            try TemporaryFolder(in: store.temporary, prefix: ".build-")
        }
        return try await body(scratch.path)
    }
}

extension Platform {
    /// The arguments that every Dockerfile has before its first `FROM`.
    ///
    /// Source: Dockerfile reference, "Automatic platform ARGs in the global scope".
    fileprivate var buildArguments: [String: String] {
        var arguments: [String: String] = [:]
        for (prefix, platform) in [("BUILD", Platform.host), ("TARGET", self)] {
            arguments["\(prefix)PLATFORM"] = platform.description
            arguments["\(prefix)OS"] = platform.os
            arguments["\(prefix)ARCH"] = platform.architecture
            arguments["\(prefix)VARIANT"] = platform.variant ?? ""
        }
        return arguments
    }
}
