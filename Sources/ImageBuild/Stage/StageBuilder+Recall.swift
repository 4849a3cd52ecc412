// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import DockerfileSyntax
import SourceText

extension StageBuilder {
    /// Takes over what the steps from `index` on made last time, as far as they are `COPY` and `ADD` of files that
    /// have not changed since.
    ///
    /// All of them on one thread: each is a look into three small files, which is less than a change of threads.
    ///
    /// - Returns: The index of the first step that has to be carried out.
    mutating func recall(from index: Int) async -> Int {
        guard workshop.layers.readsCache, workshop.layers.session.cache != nil,
            stage.steps[index].isCopy
        else { return index }
        let builder = self
        let (recalled, next) = await BlockingThread.result { () -> Result<(StageBuilder, Int), Never> in
            .success(builder.recalling(from: index))
        }.get()
        self = recalled
        return next
    }

    private func recalling(from index: Int) -> (StageBuilder, Int) {
        var (builder, next) = (self, index)
        while next < stage.steps.count, let layer = builder.remembered(stage.steps[next]) {
            builder.take(layer.layer, after: next, as: layer.history)
            next += 1
        }
        return (builder, next)
    }

    /// What a step made last time; nil also for a step that has an error, which is told when it is carried out.
    private func remembered(_ step: BuildPlan.Step) -> (layer: StepRecord.Layer, history: String)? {
        guard let copy = step.copy, let request = try? request(for: copy, of: step.instruction),
            let memory = CopyMemory(of: request, step, in: self),
            let layer = workshop.layers.recall(memory)
        else { return nil }
        return (layer, request.history + " # buildkit")
    }

    private mutating func take(_ layer: StepRecord.Layer, after index: Int, as text: String) {
        let shown = shown(index)
        step = shown
        workshop.progress(.step(shown))
        add(StepLayer(layer, isCached: true), as: text)
        workshop.progress(.ended(shown, .cached))
    }
}

extension BuildPlan.Step {
    /// The instruction, where it is `COPY` or `ADD`.
    fileprivate var copy: CopyInstruction? {
        switch instruction.action {
        case .copy(let copy), .add(let copy): copy
        default: nil
        }
    }

    fileprivate var isCopy: Bool { copy != nil }
}
