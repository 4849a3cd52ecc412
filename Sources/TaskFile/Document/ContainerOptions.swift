// SPDX-License-Identifier: Apache-2.0

/// How the container of a step is set up.
package struct ContainerOptions: Hashable, Sendable {
    /// Where the shared folder of all steps is mounted, and what relative folders start from.
    package static let workspace = "/workspace"

    /// As written, or as the task or the command line give it; nil when nobody does.
    package internal(set) var workingDirectory: String?
    /// True leaves the image's own working directory in place.
    package internal(set) var keepsImageWorkingDirectory = false
    package internal(set) var entryPoint: String?
    /// `NAME=VALUE`, the step's own first, then what task and command line add under other names.
    ///
    /// A bare `NAME` passes a variable through.
    package internal(set) var environment: [String] = []
    package internal(set) var ports: [String] = []
    package internal(set) var expose: [String] = []
    package internal(set) var network: String?
    package internal(set) var user: String?
    package internal(set) var isPrivileged = false
    package internal(set) var isolation: String?
    package internal(set) var cpus: String?
    package internal(set) var mounts: [VolumeMount] = []
    package internal(set) var isDetached = false
    /// True keeps the container until the end of the run.
    package internal(set) var isKept = false
    package internal(set) var pull: Pull?
    /// Nil where the file says nothing.
    package internal(set) var usesCache: Bool?

    /// What a step has that says nothing.
    package init() {}

    /// An image that is fetched before the container starts, even when it is there.
    package struct Pull: Hashable, Sendable {
        package let retries: Int
        package let retryDelay: Duration
    }

    /// A volume of the task, seen in the container.
    package struct VolumeMount: Hashable, Sendable {
        package let volume: String
        package let path: String
    }

    /// The absolute folder that the container starts in; nil leaves it to the image.
    package var effectiveWorkingDirectory: String? {
        keepsImageWorkingDirectory ? nil : SlashPath.join(Self.workspace, workingDirectory ?? "")
    }

    /// The same with variables whose values come later; until then each stands for its own name.
    package func expecting(_ names: some Sequence<String>) -> ContainerOptions {
        var options = self
        for name in names.sorted() where !environment.contains(where: { $0.hasPrefix(name + "=") }) {
            options.environment.append("\(name)=\(name)")
        }
        return options
    }

    /// Where a path of this step, or of its text, lies in the shared folder.
    ///
    /// - Returns: The path relative to the shared folder, `.` for the folder itself; nil when it lies
    ///   outside.
    package func workspacePath(of path: String) -> String? {
        let absolute = SlashPath.join(effectiveWorkingDirectory ?? Self.workspace, path)
        if absolute == Self.workspace { return "." }
        guard absolute.hasPrefix(Self.workspace + "/") else { return nil }
        return String(absolute.dropFirst(Self.workspace.count + 1))
    }
}
