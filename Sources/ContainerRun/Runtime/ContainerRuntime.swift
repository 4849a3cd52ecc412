// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

/// An OCI runtime of this machine: crun, or runc.
package struct ContainerRuntime: Hashable, Sendable {
    /// Those that are looked for, the preferred one first.
    package enum Name: String, CaseIterable, Sendable {
        /// Takes half as long as runc.
        case crun
        case runc
    }

    package let name: Name
    package let path: FilePath

    /// Runs a process in a root to its end.
    ///
    /// When the task is cancelled, the container gets SIGTERM, and SIGKILL a moment later. However it ends,
    /// nothing of it is left but what it wrote in the root.
    ///
    /// - Parameters:
    ///   - process: What to run.
    ///   - root: Where. Several processes may run in one root.
    ///   - output: Takes what it writes. Both streams may call at the same time.
    /// - Returns: How it ended.
    /// - Throws: ``ContainerError/cancelled`` when the task was cancelled;
    ///   ``ContainerError/cannotExecute(program:reason:exitCode:)`` when there is no such program.
    package func run(
        _ process: ContainerProcess, in root: MountedRoot, output: @escaping ContainerOutput
    ) async throws(ContainerError) -> ContainerExit {
        let container = try await start(process, in: root, output: output)
        return try await withTaskCancellationHandler {
            await container.outcome()
        } onCancel: {
            container.stop(after: .seconds(1))
        }.get()
    }

    /// Starts a process in a root and comes back at once; it lives on until it ends, somebody stops it, or
    /// this process ends.
    ///
    /// That it cannot be executed at all is found out by ``RunningContainer/wait()``.
    package func start(
        _ process: ContainerProcess, in root: MountedRoot, output: @escaping ContainerOutput
    ) async throws(ContainerError) -> RunningContainer {
        guard process.workingFolder.isAbsolute else {
            throw .invalid("the working folder \(process.workingFolder) is not absolute")
        }
        guard !process.arguments.isEmpty else { throw .invalid("there is no program to run") }
        if let mount = process.mounts.first(where: { !$0.target.isAbsolute }) {
            throw .invalid("the mount target \(mount.target) is not absolute")
        }
        if Task.isCancelled { throw .cancelled }
        let bundle = try await ContainerError.blocking {
            Result { () throws(ContainerError) in
                try ContainerBundle(process, in: root, for: name)
            }
        }
        do throws(ContainerError) {
            return try await launch(process, bundle, output)
        } catch {
            bundle.cleanUp(wasKilled: true)
            throw error
        }
    }

    private func launch(
        _ process: ContainerProcess, _ bundle: ContainerBundle, _ output: @escaping ContainerOutput
    ) async throws(ContainerError) -> RunningContainer {
        let files = try ContainerStreams(input: process.input)
        var network: OpenFile?
        if case .bridge(let attachment) = process.network { network = attachment.namespace }
        let program = try await LaunchedProgram(
            LaunchedProgram.Launch(
                program: path, arguments: bundle.arguments(for: name),
                environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
                input: files.input.raw, output: files.output.writer.raw, error: files.error.writer.raw,
                mounts: bundle.root.place.namespace, network: network, folder: bundle.folder,
                hides: name == .crun ? Cgroup.secondHierarchy : nil))
        return RunningContainer(
            program, bundle, readers: (files.output.reader, files.error.reader), runtime: name, process,
            output)
    }

    /// The parts of `limits` that this machine cannot enforce, for a message to people.
    package static func missingLimits(_ limits: ContainerLimits) -> [String] {
        let controllers = MachineRights.current.controllers
        let wanted = [
            ("cpu", "cpus", limits.cpus != nil), ("memory", "memory", limits.memoryBytes != nil),
            ("pids", "number of processes", limits.processes != nil),
        ]
        return wanted.filter { $0.2 && !controllers.contains($0.0) }.map { controller, name, _ in
            "the limit of \(name) is not kept: there is no cgroup controller \(controller)"
        }
    }
}
