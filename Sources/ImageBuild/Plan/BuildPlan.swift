// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SourceText
import SystemPackage

/// What a build for one platform will do: the stages that its target needs, each after those that it needs itself.
struct BuildPlan: Sendable {
    enum Base: Hashable, Sendable {
        case scratch
        /// The index of a stage in the Dockerfile.
        case stage(Int)
        case image(ImageName)
    }

    /// Where a `COPY`, or a mount of a `RUN`, reads.
    enum Origin: Hashable, Sendable {
        case context
        /// The index of a stage in the Dockerfile.
        case stage(Int)
        case image(ImageName)
        /// Files that `--build-context` puts behind a name.
        case named(BuildContextLocation, name: String)
    }

    struct Step: Hashable, Sendable {
        let instruction: Instruction
        /// `.context` for all but `COPY --from`.
        let origin: Origin
        /// Where each mount of a `RUN` reads; `.context` for those that read nothing.
        var mountOrigins: [Origin] = []

        var origins: [Origin] { [origin] + mountOrigins }
    }

    struct Stage: Hashable, Sendable {
        /// In the Dockerfile, from 0.
        let index: Int
        /// The name after `AS`, else the number.
        let name: String
        let base: Base
        let platform: Platform
        var steps: [Step]

        /// The first step of its own that reads files of the context.
        var firstContextReader: Instruction? {
            steps.first { step in
                switch step.instruction.action {
                case .add, .copy: step.origin == .context
                case .run(let run): zip(run.mounts, step.mountOrigins).contains { $0.readsContext($1) }
                default: false
                }
            }?.instruction
        }

        /// The stages whose files its steps read, and where they say so.
        var readStages: [(index: Int, location: SourceLocation)] {
            steps.flatMap { step in
                step.origins.compactMap { origin in
                    guard case .stage(let index) = origin else { return nil }
                    return (index, step.instruction.originLocation)
                }
            }
        }

        /// The stages that must be done before it begins.
        var needs: Set<Int> {
            var needs = Set(readStages.map(\.index))
            if case .stage(let index) = base { needs.insert(index) }
            return needs
        }

        /// The images that it begins with or reads, the base first.
        var images: [ImageName] {
            var images: [ImageName] = []
            if case .image(let image) = base { images.append(image) }
            for case .image(let image) in steps.flatMap(\.origins) where !images.contains(image) {
                images.append(image)
            }
            return images
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

extension MountFlag {
    /// True for a mount that may read the context, when `origin` is where it reads.
    fileprivate func readsContext(_ origin: BuildPlan.Origin) -> Bool {
        origin == .context
            && !["cache", "tmpfs", "secret", "ssh"].contains { word.text.contains("type=\($0)") }
    }
}
