// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SourceText

/// What a build will do: the stages that its target needs, each after those that it needs itself.
struct BuildPlan: Sendable {
    enum Base: Hashable, Sendable {
        case scratch
        /// The index of a stage in the Dockerfile.
        case stage(Int)
        case image(Reference, at: SourceLocation)
    }

    /// Where a `COPY` reads.
    enum Origin: Hashable, Sendable {
        case context
        /// The index of a stage in the Dockerfile.
        case stage(Int)
        case image(Reference, at: SourceLocation)

        /// For people, as in `is not in …`.
        var name: String {
            switch self {
            case .context: "the build context"
            case .stage(let index): "stage \(index)"
            case .image(let reference, _): "the image \(reference.familiar)"
            }
        }
    }

    struct Step: Hashable, Sendable {
        let instruction: Instruction
        /// `.context` for all but `COPY --from`.
        let origin: Origin
    }

    struct Stage: Hashable, Sendable {
        /// In the Dockerfile, from 0.
        let index: Int
        /// The name after `AS`, else the number.
        let name: String
        let base: Base
        let platform: Platform
        let steps: [Step]

        /// The first step of its own that copies files of the context.
        var firstContextReader: Instruction? {
            steps.first { [.add, .copy].contains($0.instruction.keyword) && $0.origin == .context }?
                .instruction
        }

        /// The stages whose files its steps copy, and where they say so.
        var copiedStages: [(index: Int, location: SourceLocation)] {
            steps.compactMap { step in
                guard case .stage(let index) = step.origin else { return nil }
                return (index, step.instruction.originLocation)
            }
        }
    }

    /// In the order of execution, the target last; those that it does not need are left out.
    let stages: [Stage]
    /// The arguments that are set before the first `FROM`.
    let globalScope: [String: String]
    let warnings: [Diagnostic]
}

extension Instruction {
    /// The place of `--from`, or of the instruction where it has none.
    fileprivate var originLocation: SourceLocation {
        guard case .copy(let copy) = action, let from = copy.options.from else { return location }
        return from.location
    }
}
