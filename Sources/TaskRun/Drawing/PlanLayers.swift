// SPDX-License-Identifier: Apache-2.0

import OCISpec
import TaskFile

/// The steps of a plan by how long the longest way to them is: what is in one layer can run at the same time.
struct PlanLayers {
    let layers: [[RunPlan.Step]]
    /// The layer of each step and its place there, from 0.
    let places: [StepID: (layer: Int, index: Int)]

    init(_ plan: RunPlan) {
        var depths: [StepID: Int] = [:]
        var layers: [[RunPlan.Step]] = []
        var places: [StepID: (layer: Int, index: Int)] = [:]
        for step in plan.steps {
            let depth = (step.dependencies.compactMap { depths[$0] }.max() ?? -1) + 1
            depths[step.id] = depth
            if layers.count == depth { layers.append([]) }
            places[step.id] = (depth, layers[depth].count)
            layers[depth].append(step)
        }
        self.layers = layers
        self.places = places
    }
}

extension RunPlan.Step {
    /// What the step does, in a few words.
    package var summary: String {
        switch action {
        case .command(let command): ([command.image] + command.arguments).joined(separator: " ")
        case .docker(let command): "docker \(command.name)"
        case .build(let build):
            build.tags.isEmpty
                ? "an image without a name" : build.tags.map(\.description).joined(separator: ", ")
        case .push(let push): push.images.map(\.description).joined(separator: ", ")
        }
    }
}
