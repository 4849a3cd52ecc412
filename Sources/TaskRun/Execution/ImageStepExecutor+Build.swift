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
            let context = try await self.context(of: action)
            return .succeeded(product(of: try await builder.build(request(for: action, in: context)), action))
        } catch let error as BuildError {
            return .failed(StepFailure(error.description, output: error.lastOutput))
        } catch {
            return .failed(StepFailure("\(error)"))
        }
    }

    /// The files of the build: of the run, or from elsewhere.
    private func context(of action: BuildAction) async throws -> ResolvedContext? {
        guard case .remote(let location) = action.context else { return nil }
        let resolver = BuildContextResolver(
            scratch: store.temporary, http: site.http, registries: registries)
        return try await resolver.resolve(location)
    }

    private func request(for action: BuildAction, in resolved: ResolvedContext?) -> BuildRequest {
        var request = BuildRequest(context: context.folder, platform: context.platform)
        switch action.context {
        case .folder(let folder):
            request.context = path(folder)
            request.dockerfile = action.dockerfile.map { .file(path($0)) }
        case .remote:
            request.context = resolved?.folder ?? context.folder
            request.dockerfile = action.dockerfile.map { .file(request.context.appending($0)) }
            if let text = resolved?.dockerfile { request.dockerfile = .text(text, name: "Dockerfile") }
        }
        if !action.platforms.isEmpty { request.platforms = action.platforms }
        request.tags = action.tags
        request.arguments = action.arguments
        request.target = action.target
        request.output.labels = action.labels
        request.caching.isRead = !action.usesNoCache
        request.created = resolved?.commit?.time ?? context.created
        request.fileTime = context.fileTime
        return request
    }

    private func path(_ relative: String) -> FilePath {
        relative == "." ? context.folder : context.folder.appending(relative)
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
