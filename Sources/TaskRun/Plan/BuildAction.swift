// SPDX-License-Identifier: Apache-2.0

package import ImageBuild
package import OCISpec
package import SourceText
package import TaskFile

/// The image that a step builds.
package struct BuildAction: Hashable, Sendable {
    package let tags: [Reference]
    package let context: Context
    /// A file, relative to the run's context, or to a remote one; nil for `Dockerfile` in the context.
    package let dockerfile: String?
    package let target: String?
    package let arguments: [String: String]
    package let labels: [String: String]
    /// Empty for the platform of the run; several make an index.
    package let platforms: [Platform]
    /// True uses nothing that earlier builds left.
    package let usesNoCache: Bool
    /// True asks the registry for base images even when they are here.
    package let pulls: Bool

    /// Where the files of a build come from.
    package enum Context: Hashable, Sendable {
        /// Relative to the run's context; `.` is the context itself.
        case folder(String)
        /// Fetched when the step starts.
        case remote(BuildContextLocation)
    }

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
            platforms = try written.platforms.map { text throws(InvalidValue) in try Platform(text) }
        } catch {
            throw Diagnostic(at: text.location, "\(error)")
        }
        context = try Self.context(written.context, options: options, at: text.location)
        if case .remote = context {
            dockerfile = written.dockerfile
        } else {
            dockerfile = try written.dockerfile.map { path throws(Diagnostic) in
                try Self.path(path, options: options, at: text.location)
            }
        }
        usesNoCache = written.usesNoCache
        target = written.target
        arguments = Self.table(written.buildArguments, environment: options.environment)
        labels = Self.table(written.labels, environment: []).merging(Self.bareLabels(written)) { old, _ in old
        }
        pulls = written.pulls
    }

    private static func context(
        _ context: BuildContext, options: ContainerOptions, at location: SourceLocation
    ) throws(Diagnostic) -> Context {
        let text: String
        switch context {
        case .folder(let path): return .folder(try self.path(path, options: options, at: location))
        case .repository(let url), .archive(let url): text = url
        case .artifact(let name): text = "oci://\(name)"
        case .standardInput:
            throw Diagnostic(at: location, "a build step has no standard input to read its context from")
        }
        do {
            return .remote(try BuildContextLocation.parse(text))
        } catch {
            throw Diagnostic(at: location, "\(error)")
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
