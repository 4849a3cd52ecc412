// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage

/// What an OCI runtime gets: a folder with `config.json`, and the root prepared for what is mounted over it.
///
/// Source: runtime-spec 1.0.2, bundle.md.
final class ContainerBundle: Sendable {
    let root: MountedRoot
    let folder: FilePath
    /// The container's name among those of the runtime, and that of its cgroup.
    let identifier: String
    /// What was needed of the memory is asked for when the container has ended.
    private let memoryLimit: Int64?

    private var logFile: FilePath { folder.appending("log") }
    private var stateFolder: FilePath { folder.appending("state") }

    /// Blocks.
    init(
        _ process: ContainerProcess, in root: MountedRoot, for runtime: ContainerRuntime.Name
    ) throws(ContainerError) {
        self.root = root
        do {
            let run = try Folder.createUnique(in: root.work.path, prefix: "run-")
            folder = run
            identifier = "\(root.work.name)-\(run.lastComponent?.string.dropFirst(4) ?? "")"
            let machine = MachineRights.current
            memoryLimit = machine.isInUserNamespace ? nil : process.limits.memoryBytes
            let cgroup = Cgroup.path(of: identifier, isWrapped: memoryLimit != nil)
            let files = ContainerFiles(process)
            let own = try files.write(to: run)
            let covered = Set(process.mounts.map(\.target))
            let surroundings = RuntimeSpec.Surroundings(
                root: root.place.path, cgroup: machine.isInUserNamespace ? nil : cgroup,
                files: own.filter { !covered.contains($0.path) }, machine: machine)
            var spec = RuntimeSpec(process, in: surroundings)
            if runtime == .crun { spec.addFilter(from: root.snapshot.roots.filterFolder) }
            try WholeFile.write(JSONDocument.encode(spec), to: run.appending("config.json"), durable: false)
            try root.places.enter(root.tree, for: spec.mounts)
        } catch let error as ContainerError {
            throw error
        } catch let error as FileError {
            throw .file(error)
        } catch {
            throw .invalid("\(error)")
        }
    }

    deinit { try? Folder.remove(folder) }

    func arguments(for runtime: ContainerRuntime.Name) -> [String] {
        (runtime == .runc && MachineRights.current.isInUserNamespace ? ["--rootless", "true"] : []) + [
            "--root", stateFolder.string, "--log", logFile.string, "--log-format", "json", "run", "--bundle",
            folder.string, identifier,
        ]
    }

    /// What the runtime logged last when it could not start the container; nil when it could.
    func failure() -> String? {
        guard let bytes = try? WholeFile.read(logFile, limitBytes: 1 << 20) else { return nil }
        return RuntimeLog.lastError(in: String(decoding: bytes, as: UTF8.self))
    }

    /// True when the kernel has ended the container for want of memory.
    var ranOutOfMemory: Bool {
        memoryLimit.map { Cgroup.ranOutOfMemory(identifier, limitBytes: $0) } ?? false
    }

    /// Removes the traces of a container that has ended.
    ///
    /// Blocks.
    ///
    /// - Parameter wasKilled: The runtime had no time to do its part.
    func cleanUp(wasKilled: Bool) {
        root.places.leave(root.tree)
        if wasKilled || memoryLimit != nil { Cgroup.remove(identifier) }
        try? Folder.remove(folder)
    }
}
