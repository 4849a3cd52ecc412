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

        /// Some step of its own copies files of the context.
        var readsContext: Bool {
            steps.contains { [.add, .copy].contains($0.instruction.keyword) && $0.origin == .context }
        }

        /// The stages that must be built before this one.
        var needs: [Int] {
            var needs: [Int] = []
            if case .stage(let index) = base { needs.append(index) }
            for case .stage(let index) in steps.map(\.origin) { needs.append(index) }
            return needs
        }
    }

    /// In the order of execution, the target last; those that it does not need are left out.
    let stages: [Stage]
    /// The arguments that are set before the first `FROM`.
    let globalScope: [String: String]
    let warnings: [Diagnostic]
}
