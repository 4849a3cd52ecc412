// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec

/// What a person is told of the build that a step does.
enum StepLine {
    /// nil for what is not worth a line.
    static func text(of event: BuildEvent) -> String? {
        switch event {
        case .warning(let diagnostic): "\(diagnostic)"
        case .began(let errand): BuildWords.title(errand)
        case .moving(_, .retrying(let reason)): "     \(reason); trying again"
        case .stage(let stage, let base, _): "stage \(stage.name): FROM \(base)"
        case .step(let step): "  \(step.number)/\(step.count) \(step.text)"
        case .layer(_, let layer): "     layer \(layer.digest), \(layer.size.bytesText)"
        case .ended(let step, .cached): "     cached: \(step.number)/\(step.count)"
        case .finished(let image): "image \(image.manifest.digest)"
        default: nil
        }
    }
}
