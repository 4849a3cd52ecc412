// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SystemPackage

extension ImageStepExecutor {
    func build(
        _ action: BuildAction, report: @escaping @Sendable (StepNews) -> Void
    ) async -> StepAttempt {
        let bases = StoredBaseImages(store: store, registries: registries, asksRegistryFirst: action.pulls)
        let builder = ImageBuilder(store: store, bases: bases) { report(.build($0)) }
        do {
            return .succeeded(product(of: try await builder.build(request(for: action)), action))
        } catch {
            return .failed(StepFailure(error.description))
        }
    }

    private func request(for action: BuildAction) -> BuildRequest {
        var request = BuildRequest(
            context: path(action.folder), platform: action.platform ?? context.platform)
        request.dockerfile = action.dockerfile.map { .file(path($0)) }
        request.tags = action.tags
        request.arguments = action.arguments
        request.target = action.target
        request.labels = action.labels
        request.created = context.created
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
        return StepProduct(
            images: action.tags.map { OutputImage($0, digest: digest, publication: .no) },
            dependencies: names.map {
                ImageDependencies(image: $0, runtime: runtime, buildtime: buildtime, commit: context.commit)
            })
    }
}
