// SPDX-License-Identifier: Apache-2.0

package import DockerfileSyntax

/// What the target of a build can be given, without building it.
///
/// Source: BuildKit, the request `frontend.outline` of Dockerfiles.
package struct BuildOutline: Sendable {
    /// An `ARG` that the target, or a stage that it needs, declares or begins with.
    package struct Argument: Hashable, Sendable {
        package let name: String
        /// What a comment `# NAME …` right above it says.
        package let description: String?
        /// What it is for this build; nil for one that has neither a default nor a value.
        package let value: String?
        /// Of the declaration, counted from 1.
        package let lines: ClosedRange<Int>
    }

    /// A secret or an agent that a `RUN` mounts.
    package struct Requirement: Hashable, Sendable {
        package let name: String
        /// Without it the build fails.
        package let isRequired: Bool
        package let lines: ClosedRange<Int>
    }

    package let source: SourceFile
    /// The name of the stage, where it has one.
    package let target: String?
    /// What a comment `# STAGE …` right above its `FROM` says.
    package let description: String?
    /// In the order of the file, as the next two.
    package let arguments: [Argument]
    package let secrets: [Requirement]
    package let agents: [Requirement]

    /// - Throws: What a build would throw before its first step.
    package static func of(_ request: BuildRequest) async throws(BuildError) -> BuildOutline {
        let planned = try await PlannedDockerfile.of(request)
        guard let plan = planned.plans.first else { throw .cancelled }
        do {
            var reader = OutlineReader(plan)
            return try reader.read()
        } catch {
            throw .invalid(error)
        }
    }
}

extension Instruction {
    /// What the comment above says of one of the names that the instruction defines.
    ///
    /// Source: BuildKit, the check `InvalidDefinitionDescription`.
    func description(of name: String) -> String? {
        guard let comment, comment.count > name.count, comment.lowercased().hasPrefix(name.lowercased())
        else {
            return nil
        }
        let rest = comment.dropFirst(name.count)
        return rest.first == " " ? String(rest.drop { $0 == " " }) : nil
    }
}
