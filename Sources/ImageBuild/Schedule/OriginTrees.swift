// SPDX-License-Identifier: Apache-2.0

import BlockingIO
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
                trees[origin] = try await run.workshop.layers.tree(of: image.state.layers)
            case .folder(let folder, _): trees[origin] = try await tree(of: folder)
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

    /// A named context has an ignore file of its own.
    private func tree(of folder: FilePath) async throws(BuildError) -> FileTree {
        try await BuildError.wrapStore {
            try await BlockingThread.run {
                let file = folder.appending(".dockerignore")
                var ignore = DockerIgnore()
                if let bytes = try? WholeFile.read(file, limitBytes: 16 << 20) {
                    let text = String(decoding: bytes, as: UTF8.self)
                    ignore = try DockerIgnore.parse(text, file: file.string)
                }
                return try ContextFolder(path: folder, ignore: ignore).tree()
            }
        }
    }
}
