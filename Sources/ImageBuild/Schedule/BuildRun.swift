// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import Glibc
import ImageStore
import OCISpec
import SourceText

/// One build for one platform.
struct BuildRun: Sendable {
    /// What came of it; the layers are not in the store yet.
    struct Result: Sendable {
        let platform: Platform
        var state: StageState
        /// What the last stage goes back to; nil for `scratch`.
        let base: BuiltImage.Dependency?
        /// In the order of the Dockerfile.
        let dependencies: [BuiltImage.Dependency]
    }

    let plan: PlatformPlan
    let request: BuildRequest
    let bases: any BaseImages
    let context: ContextTree
    let named: NamedContexts
    let workshop: Workshop

    private var stages: [BuildPlan.Stage] { plan.plan.stages }

    /// Runs the stages; `images` are those of ``fetchImages()``.
    func build(on images: FetchedImages) async throws(BuildError) -> Result {
        try await named.fetch(for: stages, of: workshop.source)
        let schedule = StageSchedule(stages: stages, jobs: max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
        let states = try await BuildError.wrapStore {
            try await schedule.run { stage, finished in
                try await run(stage, after: finished, images)
            }
        }
        guard let last = stages.last, let state = states[last.index] else {
            return Result(
                platform: plan.platform, state: StageState(scratchFor: plan.platform), base: nil,
                dependencies: [])
        }
        return Result(
            platform: last.platform, state: state, base: lastBase(images),
            dependencies: dependencies(images))
    }

    private func run(
        _ stage: BuildPlan.Stage, after finished: [Int: StageState], _ images: FetchedImages
    ) async throws(BuildError) -> StageState {
        let state = base(of: stage, finished, images)
        let triggers = try stage.hasImageBase ? triggers(of: stage, state) : []
        var complete = stage
        complete.steps = triggers + stage.steps
        var begun = state
        begun.container.onBuild = nil
        begun.variables.enterStage()
        workshop.progress(
            .stage(
                workshop.shown(stage), base: workshop.name(of: stage.base), steps: complete.steps.count))
        let origins = try await OriginTrees(run: self, finished: finished, images: images).trees(of: complete)
        var workshop = workshop
        let uncached = request.caching.uncachedStages
        workshop.layers.readsCache = !uncached.contains(stage.name) && !uncached.contains("\(stage.index)")
        var builder = StageBuilder(complete, from: begun, origins: origins, in: workshop)
        return try await builder.run()
    }

    private func base(
        of stage: BuildPlan.Stage, _ finished: [Int: StageState], _ images: FetchedImages
    ) -> StageState {
        let state: StageState? =
            switch stage.base {
            case .scratch: nil
            case .stage(let index): finished[index]
            case .image(let name): images[FetchedImage.Key(name: name, platform: stage.platform)]?.state
            }
        return state ?? StageState(scratchFor: stage.platform)
    }

    /// `ONBUILD` of the base image: its instructions run here, and the image that is built has none of them.
    ///
    /// Those of a stage are in the plan.
    private func triggers(
        of stage: BuildPlan.Stage, _ state: StageState
    ) throws(BuildError) -> [BuildPlan.Step] {
        do {
            var steps: [BuildPlan.Step] = []
            for text in state.container.onBuild ?? [] {
                let file = "ONBUILD of \(workshop.name(of: stage.base))"
                let instruction = try Dockerfile.parseInstruction(text, file: file)
                steps.append(try plan.planner.step(ofTrigger: instruction, in: SourceFile(text, name: file)))
            }
            return steps
        } catch {
            throw .invalid(error)
        }
    }

    // MARK: Images

    /// Everything that the stages begin with or read, several at a time.
    func fetchImages() async throws(BuildError) -> FetchedImages {
        var wanted: [FetchedImage.Key] = []
        for stage in stages {
            for name in stage.images {
                let key = FetchedImage.Key(name: name, platform: stage.platform)
                if !wanted.contains(key) { wanted.append(key) }
            }
        }
        let keys = wanted
        return try await BuildError.wrapStore {
            try await withThrowingTaskGroup(of: (FetchedImage.Key, FetchedImage).self) { group in
                for key in keys { group.addTask { (key, try await fetch(key)) } }
                var images = FetchedImages()
                for try await (key, image) in group { images[key] = image }
                return images
            }
        }
    }

    /// - Throws: A diagnostic at the place of the name.
    func fetch(_ key: FetchedImage.Key) async throws(BuildError) -> FetchedImage {
        do {
            let errand = BuildErrand(.image(platform: key.platform), key.name.familiar)
            let image = try await errand.report(to: workshop.progress) { news in
                try await FetchedImage.fetch(key, from: bases, into: workshop.layers.store, news.settings)
            }
            workshop.layers.catalog.expect(image.state.config.rootfs.diffIDs, of: image.state.layers)
            if let reference = image.reference { workshop.progress(.image(reference, image.digest)) }
            return image
        } catch is CancellationError {
            throw .cancelled
        } catch {
            let diagnostic = workshop.source.error(
                at: key.name.location, "cannot get the image \(key.name.familiar): \(error)",
                hint: error is OtherPlatform
                    ? "build for a platform that the image has, or name one: FROM --platform=OS/ARCH"
                    : hint(onStageMeantBy: key.name.text))
            throw .baseImage(diagnostic, cause: error)
        }
    }

    /// What to say of a name that no registry has, and that looks like a stage's.
    private func hint(onStageMeantBy name: String) -> String? {
        let stages = plan.dockerfile.stages
        if stages.contains(where: { $0.name == name.lowercased() }) {
            return "the stage \(name) comes later in the file: move it up"
        }
        return plan.dockerfile.stageMeant(by: name, before: stages.count)
            .map { "did you mean the stage \($0)?" }
    }

    /// The image that the last stage goes back to, through the stages before it.
    private func lastBase(_ images: FetchedImages) -> BuiltImage.Dependency? {
        var stage = stages.last
        while let current = stage {
            switch current.base {
            case .scratch: return nil
            case .stage(let index): stage = stages.first { $0.index == index }
            case .image(let name):
                return images[FetchedImage.Key(name: name, platform: current.platform)]?.dependency
            }
        }
        return nil
    }

    private func dependencies(_ images: FetchedImages) -> [BuiltImage.Dependency] {
        var found: [BuiltImage.Dependency] = []
        for stage in stages {
            for name in stage.images {
                let image = images[FetchedImage.Key(name: name, platform: stage.platform)]
                if let dependency = image?.dependency, !found.contains(dependency) {
                    found.append(dependency)
                }
            }
        }
        return found
    }
}

typealias FetchedImages = [FetchedImage.Key: FetchedImage]

extension BuildPlan.Stage {
    var hasImageBase: Bool {
        if case .image = base { true } else { false }
    }
}
