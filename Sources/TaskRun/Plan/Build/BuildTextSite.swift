// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText
import SystemPackage
import TaskFile

/// What the text of a build can name: files of the run's context, and what its step has.
struct BuildTextSite {
    let options: ContainerOptions
    let volumes: [TaskVolume]
    let location: SourceLocation

    func problem(_ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(at: location, message, hint: hint)
    }

    /// - Returns: The path relative to the run's context.
    func path(_ path: String) throws(Diagnostic) -> String {
        guard let inside = options.workspacePath(of: path) else {
            throw problem(
                "\"\(path)\" is outside the context of the run",
                hint: "paths start at the context, which is \(ContainerOptions.workspace) to steps")
        }
        return inside
    }

    /// The value of a variable of the step.
    func variable(_ name: String) -> String? {
        let entry = options.environment.first { $0.hasPrefix(name + "=") }
        return entry.map { String($0.dropFirst(name.count + 1)) }
    }

    // MARK: Contexts

    func context(_ context: BuildContext) throws -> BuildAction.Context {
        switch context {
        case .folder(let path): return .folder(try self.path(path))
        case .repository(let url), .archive(let url): return .remote(try BuildContextLocation.parse(url))
        case .artifact(let name): return .remote(try BuildContextLocation.parse("oci://\(name)"))
        case .standardInput:
            throw problem("a build step has no standard input to read its context from")
        }
    }

    func dockerfile(_ path: String?, isRemote: Bool) throws(Diagnostic) -> String? {
        guard let path, !isRemote else { return path }
        guard path != "-" else {
            throw problem("a build step has no standard input to read its Dockerfile from")
        }
        return try self.path(path)
    }

    func namedContexts(_ assignments: [BuildArguments.Assignment]) throws -> [String: NamedContext] {
        var contexts: [String: NamedContext] = [:]
        for assignment in assignments {
            var context = try NamedContext(assignment.value ?? "")
            if case .folder(let folder) = context { context = .folder(FilePath(try path(folder.string))) }
            if case .layout(let folder, let name) = context {
                context = .layout(FilePath(try path(folder.string)), name: name)
            }
            contexts[assignment.name.lowercased()] = context
        }
        return contexts
    }

    func cache(_ text: String) throws -> CacheLocation { try inside(try CacheLocation(text)) }

    /// - Returns: nil for the image itself.
    func cacheTarget(_ text: String) throws -> CacheLocation? {
        switch try CacheTarget(text) {
        case .inline: nil
        case .location(let place): try inside(place)
        }
    }

    private func inside(_ place: CacheLocation) throws(Diagnostic) -> CacheLocation {
        guard case .folder(let folder, let entry) = place else { return place }
        return .folder(FilePath(try path(folder.string)), entry)
    }

    // MARK: Results

    /// Reads `--output`: a place in the context.
    func destination(_ text: String) throws -> BuildDestination {
        var destination = try BuildDestination(text)
        switch destination.place {
        case .store: break
        case .registries, .repositories:
            throw problem(
                "--output \"\(text)\" cannot be had in a task",
                hint: "a push step publishes what a build step made")
        case .folder(let folder): destination.place = .folder(FilePath(try path(folder.string)))
        case .layout(let folder): destination.place = .layout(FilePath(try path(folder.string)))
        case .archive(let format, let target):
            destination.place = .archive(format, try inside(target, of: text))
        case .tar(let target): destination.place = .tar(try inside(target, of: text))
        }
        return destination
    }

    private func inside(
        _ target: BuildDestination.Target, of text: String
    ) throws(Diagnostic) -> BuildDestination.Target {
        guard case .file(let file) = target else {
            throw problem(
                "--output \"\(text)\": a step has no standard output for an archive", hint: "write dest=FILE")
        }
        return .file(FilePath(try path(file.string)))
    }

    // MARK: Secrets

    /// Reads `--secret`: a variable is one of the step, a file one that its container would see.
    func secret(_ text: String) throws -> (id: String, secret: BuildAction.Secret) {
        let (id, source) = try SecretSource.parse(text) { variable($0) != nil }
        switch source {
        case .bytes(let bytes): return (id, .bytes(bytes))
        case .variable(let name):
            guard let value = variable(name) else {
                throw problem(
                    "--secret \"\(id)\": the step has no variable \(name)",
                    hint: "write env: [\"\(name)={{.Secrets.ID}}\"] on the step")
            }
            return (id, .bytes(Array(value.utf8)))
        case .file(let path):
            if let bytes = mounted(path.string) { return (id, .bytes(bytes)) }
            guard let inside = options.workspacePath(of: path.string) else {
                throw problem(
                    "--secret \"\(id)\": a build does not see \"\(path)\"",
                    hint: "put it into a volume of the step, or write env=NAME for a variable of the step")
            }
            return (id, .file(inside))
        }
    }

    /// The content of a file of a volume that the step mounts.
    private func mounted(_ path: String) -> [UInt8]? {
        for mount in options.mounts where path.hasPrefix(mount.path + "/") {
            let name = path.dropFirst(mount.path.count + 1)
            let volume = volumes.first { $0.name == mount.volume }
            if let file = volume?.files.first(where: { $0.name == name }) { return file.bytes }
        }
        return nil
    }

    /// Reads `--ssh`: which agent an id stands for is the affair of whoever runs the task.
    func agent(_ text: String) throws(Diagnostic) -> String {
        guard !text.contains("="), !text.isEmpty else {
            throw problem(
                "--ssh \"\(text)\": a task cannot name keys or sockets of this machine",
                hint: "write --ssh ID here, and run the task with stet run --ssh ID=SOCKET")
        }
        return text
    }
}
