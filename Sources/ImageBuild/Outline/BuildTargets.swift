// SPDX-License-Identifier: Apache-2.0

package import DockerfileSyntax

/// The stages of a Dockerfile, each of which can be built with `--target`.
///
/// Source: BuildKit, the request `frontend.targets` of Dockerfiles.
package struct BuildTargets: Sendable {
    package struct Target: Hashable, Sendable {
        /// After `AS`; nil for a stage that only has a number.
        package let name: String?
        /// What a comment `# STAGE …` right above its `FROM` says.
        package let description: String?
        /// The last stage, which is built when nobody asks for another one.
        package let isDefault: Bool
        /// What it begins with, as it was written.
        package let base: String
        package let platform: String?
        /// Of its `FROM`, counted from 1.
        package let lines: ClosedRange<Int>
    }

    package let source: SourceFile
    /// In the order of the file; never empty.
    package let targets: [Target]

    /// - Throws: For a file that cannot be read, and for one that is no Dockerfile.
    package static func of(_ request: BuildRequest) async throws(BuildError) -> BuildTargets {
        let texts = try await BuildTexts.read(request)
        do {
            return BuildTargets(try texts.dockerfile())
        } catch {
            throw .invalid(error)
        }
    }

    private init(_ dockerfile: Dockerfile) {
        source = dockerfile.source
        let last = dockerfile.stages.count - 1
        targets = dockerfile.stages.enumerated().map { index, stage in
            Target(
                name: stage.name, description: stage.name.flatMap { stage.opening.description(of: $0) },
                isDefault: index == last, base: stage.from.image.text, platform: stage.from.platform?.text,
                lines: stage.opening.lines)
        }
    }
}
