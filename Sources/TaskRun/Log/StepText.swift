// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec

/// What logs say of the things that happen to a step, besides what the step writes itself.
enum StepText {
    /// nil for what is no line of a log.
    static func of(_ news: StepNews) -> String? {
        switch news {
        case .build(.step(let step)): "\(step.number)/\(step.count) \(step.text)"
        case .build(.warning(let diagnostic)): "\(diagnostic)"
        case .build(.finished(let image)): "image \(image.manifest.digest)"
        case .pulling(let name): "pulling \(name)"
        case .pushing(let reference): "pushing \(reference)"
        case .published(let reference, let digest): "published \(reference) at \(digest)"
        case .alreadyPublished(let reference, let digest):
            "already published: \(reference) is this very image, \(digest)"
        case .notice(let text): text
        default: nil
        }
    }

    static func of(_ outcome: StepOutcome) -> String? {
        switch outcome {
        case .failed(let failure): "failed: \(failure.message)"
        case .successful(_, let ignored?): "failed, which is ignored: \(ignored.message)"
        case .canceled: "canceled"
        case .successful, .skipped: nil
        }
    }
}
