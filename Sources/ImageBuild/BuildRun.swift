// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import ImageStore
import OCISpec
import SourceText

/// One build under way: which stages are done, which images were fetched.
struct BuildRun {
    let plan: BuildPlan
    let request: BuildRequest
    let bases: any BaseImages
    let workshop: Workshop
    private var finished: [Int: StageState] = [:]
    private var context: FileTree?
    private var images: [FetchedImage.Key: FetchedImage] = [:]
    private var dependencies: [BuiltImage.Dependency] = []

    init(plan: BuildPlan, request: BuildRequest, bases: any BaseImages, workshop: Workshop) {
        self.plan = plan
        self.request = request
        self.bases = bases
        self.workshop = workshop
    }

    mutating func build() async throws(BuildError) -> BuiltImage {
        var last = StageState(scratchFor: request.platform)
        for stage in plan.stages {
            let state = try await base(of: stage)
            let triggers = stage.hasImageBase ? state.container.onBuild ?? [] : []
            let steps = triggers.count + stage.steps.count
            workshop.progress(.stage(name: stage.name, base: stage.baseText, steps: steps))
            var origins = try await origins(of: stage)
            if stage.firstContextReader != nil || !triggers.isEmpty {
                origins[.context] = try await contextTree(for: stage)
            }
            var builder = StageBuilder(stage, from: state, origins: origins, in: workshop)
            last = try await builder.run()
            finished[stage.index] = last
        }
        return try await store(last)
    }

    // MARK: What stages begin with and copy from

    private mutating func base(of stage: BuildPlan.Stage) async throws(BuildError) -> StageState {
        switch stage.base {
        case .scratch: StageState(scratchFor: stage.platform)
        case .stage(let index): finished[index] ?? StageState(scratchFor: stage.platform)
        case .image(let reference, let location):
            try await image(reference, for: stage.platform, at: location).state
        }
    }

    private mutating func origins(
        of stage: BuildPlan.Stage
    ) async throws(BuildError) -> [BuildPlan.Origin: FileTree] {
        var trees: [BuildPlan.Origin: FileTree] = [:]
        for origin in Set(stage.steps.map(\.origin)) {
            switch origin {
            case .context: break
            case .stage(let index): trees[origin] = try await tree(ofStage: index)
            case .image(let reference, let location):
                let image = try await image(reference, for: stage.platform, at: location)
                trees[origin] = try await workshop.layers.tree(of: image.state.layers)
            }
        }
        return trees
    }

    private mutating func tree(ofStage index: Int) async throws(BuildError) -> FileTree {
        guard let state = finished[index] else { return FileTree() }
        if let tree = state.tree { return tree }
        let tree = try await workshop.layers.tree(of: state.layers)
        finished[index]?.tree = tree
        return tree
    }

    private mutating func contextTree(for stage: BuildPlan.Stage) async throws(BuildError) -> FileTree {
        if let context { return context }
        let folder = ContextFolder(path: request.context, ignore: workshop.ignore)
        do {
            let tree = try await BuildError.wrapStore { try await BlockingThread.run { try folder.tree() } }
            context = tree
            return tree
        } catch {
            guard let reader = stage.firstContextReader else { throw error }
            throw error.located(at: reader.location, in: workshop.source)
        }
    }

    private mutating func image(
        _ reference: Reference, for platform: Platform, at location: SourceLocation
    ) async throws(BuildError) -> FetchedImage {
        let key = FetchedImage.Key(reference: reference, platform: platform)
        if let image = images[key] { return image }
        let image: FetchedImage
        do {
            let descriptor = try await bases.fetch(reference, platform: platform)
            image = try await FetchedImage.read(descriptor, for: platform, from: workshop.layers.store)
        } catch is CancellationError {
            throw .cancelled
        } catch {
            let diagnostic = workshop.source.error(
                at: location, "cannot get the image \(reference.familiar): \(error)",
                hint: error is OtherPlatform
                    ? "build for a platform that the image has, or name one: FROM --platform=OS/ARCH" : nil)
            throw .baseImage(diagnostic, cause: error)
        }
        images[key] = image
        let dependency = BuiltImage.Dependency(reference: reference, digest: image.digest)
        if !dependencies.contains(dependency) { dependencies.append(dependency) }
        return image
    }

    // MARK: The image

    /// The image that the last stage goes back to, through the stages before it.
    private var lastBase: BuiltImage.Dependency? {
        var stage = plan.stages.last
        while let current = stage {
            switch current.base {
            case .scratch: return nil
            case .stage(let index): stage = plan.stages.first { $0.index == index }
            case .image(let reference, _):
                let key = FetchedImage.Key(reference: reference, platform: current.platform)
                return images[key].map { BuiltImage.Dependency(reference: reference, digest: $0.digest) }
            }
        }
        return nil
    }

    private func store(_ state: StageState) async throws(BuildError) -> BuiltImage {
        var config = state.config
        config.created = workshop.created
        if !request.labels.isEmpty {
            var container = state.container
            container.labels = (container.labels ?? [:]).merging(request.labels) { $1 }
            config.config = container
        }
        let (final, store, tags) = (config, workshop.layers.store, request.tags)
        let (manifest, configuration) = try await BuildError.wrapStore {
            try await BlockingThread.run {
                for layer in state.packed { _ = try store.store(layer) }
                let configuration = try store.store(JSONDocument.encode(final), as: .ociConfig)
                let image = ImageManifest(config: configuration, layers: state.layers)
                let manifest = try store.store(Manifest(.image(image)).bytes, as: .ociManifest)
                return (manifest, configuration)
            }
        }
        try await BuildError.wrapStore {
            for tag in tags { try await store.tag(manifest, as: tag.description) }
        }
        return BuiltImage(
            manifest: manifest, config: configuration, base: lastBase, dependencies: dependencies)
    }
}

extension BuildPlan.Stage {
    fileprivate var hasImageBase: Bool {
        if case .image = base { true } else { false }
    }

    fileprivate var baseText: String {
        switch base {
        case .scratch: "scratch"
        case .stage(let index): "stage \(index)"
        case .image(let reference, _): reference.familiar
        }
    }
}
