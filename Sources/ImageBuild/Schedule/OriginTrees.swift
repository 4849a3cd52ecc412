// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SystemPackage

/// The trees that the steps of a stage copy from.
struct OriginTrees {
    let run: BuildRun
    let finished: [Int: StageState]
    let images: FetchedImages

    func trees(of stage: BuildPlan.Stage) async throws(BuildError) -> [BuildPlan.Origin: FileTree] {
        var trees: [BuildPlan.Origin: FileTree] = [:]
        if let reader = stage.firstContextReader {
            do {
                trees[.context] = try await run.context.read()
            } catch {
                throw error.located(at: reader.location, in: run.workshop.source)
            }
        }
        for origin in Set(stage.steps.flatMap(\.origins)) {
            switch origin {
            case .context: break
            case .stage(let index): trees[origin] = try await tree(ofStage: index)
            case .image(let name):
                let key = FetchedImage.Key(name: name, platform: stage.platform)
                let image: FetchedImage
                if let fetched = images[key] { image = fetched } else { image = try await run.fetch(key) }
                do {
                    let layers = image.state.layers
                    let below = BaseLayers(
                        stage: run.workshop.shown(stage), name: name.familiar, count: layers.count,
                        progress: run.workshop.progress)
                    trees[origin] = try await below.prepare(.read, for: nil) {
                        missing async throws(BuildError) in
                        try await run.workshop.layers.tree(of: layers, missing: missing)
                    }
                } catch {
                    throw error.blaming(name, in: run.workshop.source)
                }
            case .named(let location, _): trees[origin] = try await run.named.tree(of: location)
            }
        }
        return trees
    }

    private func tree(ofStage index: Int) async throws(BuildError) -> FileTree {
        // Only a trigger can ask for a stage that its own does not need: the plan knows nothing of triggers.
        guard let state = finished[index] else {
            throw .store(Problem("a trigger of the base image reads stage \(index), which is not done yet"))
        }
        return try await run.workshop.layers.tree(
            of: Array(state.layers[state.readLayers...]), on: state.tree ?? FileTree())
    }
}
