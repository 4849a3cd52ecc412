// SPDX-License-Identifier: Apache-2.0

import ImageBuild
package import OCISpec
package import SourceText
package import TaskFile

/// The image that a step builds.
package struct BuildAction: Hashable, Sendable {
    package let tags: [Reference]
    /// A folder, relative to the run's context; `.` is the context itself.
    package let folder: String
    /// A file, relative to the run's context; nil for `Dockerfile` in `folder`.
    package let dockerfile: String?
    package let target: String?
    package let arguments: [String: String]
    package let labels: [String: String]
    /// nil for the platform of the run.
    package let platform: Platform?
    /// True asks the registry for base images even when they are here.
    package let pulls: Bool

    /// The options say where relative paths start, and what build arguments without a value get.
    ///
    /// - Throws: A diagnostic at the text of the step.
    package init(_ text: Located<BuildArguments>, options: ContainerOptions) throws(Diagnostic) {
        let written = text.value
        do {
            var tags: [Reference] = []
            for name in written.tags {
                let tag = try BuildRequest.parseTag(name)
                if !tags.contains(tag) { tags.append(tag) }
            }
            self.tags = tags
            platform = try written.platforms.first.map { text throws(InvalidValue) in try Platform(text) }
        } catch {
            throw Diagnostic(at: text.location, "\(error)")
        }
        guard written.platforms.count < 2 else {
            throw Diagnostic(
                at: text.location, "builds for several platforms at once are not supported yet",
                hint: "write a step for each")
        }
        folder = try Self.folder(written.context, options: options, at: text.location)
        dockerfile = try written.dockerfile.map { path throws(Diagnostic) in
            try Self.path(path, options: options, at: text.location)
        }
        target = written.target
        arguments = Self.table(written.buildArguments, environment: options.environment)
        labels = Self.table(written.labels, environment: []).merging(Self.bareLabels(written)) { old, _ in old
        }
        pulls = written.pulls
    }

    private static func folder(
        _ context: BuildContext, options: ContainerOptions, at location: SourceLocation
    ) throws(Diagnostic) -> String {
        switch context {
        case .folder(let path): return try self.path(path, options: options, at: location)
        case .repository(let url), .archive(let url):
            throw Diagnostic(
                at: location, "the build context \"\(url)\" is remote, which is not supported yet")
        case .artifact(let name):
            throw Diagnostic(at: location, "the build context \"oci://\(name)\" is not supported yet")
        case .standardInput:
            throw Diagnostic(at: location, "a build step has no standard input to read its context from")
        }
    }

    private static func path(
        _ path: String, options: ContainerOptions, at location: SourceLocation
    ) throws(Diagnostic) -> String {
        guard let inside = options.workspacePath(of: path) else {
            throw Diagnostic(
                at: location, "\"\(path)\" is outside the context of the run",
                hint: "paths start at the context, which is \(ContainerOptions.workspace) to steps")
        }
        return inside
    }

    /// A bare name takes its value from the step's environment, and counts only if there is one.
    private static func table(
        _ assignments: [BuildArguments.Assignment], environment: [String]
    ) -> [String: String] {
        var table: [String: String] = [:]
        for assignment in assignments {
            let inherited = environment.first { $0.hasPrefix(assignment.name + "=") }
            table[assignment.name] =
                assignment.value ?? inherited.map { String($0.dropFirst(assignment.name.count + 1)) }
        }
        return table
    }

    private static func bareLabels(_ arguments: BuildArguments) -> [String: String] {
        Dictionary(arguments.labels.filter { $0.value == nil }.map { ($0.name, "") }) { first, _ in first }
    }
}
