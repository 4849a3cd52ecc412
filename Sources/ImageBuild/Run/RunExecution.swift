// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import DockerfileSyntax
import LayerArchive
import OCISpec
import SourceText
import SystemPackage

/// One command in its container, and the layer that it leaves.
struct RunExecution {
    let command: RunCommand
    let instruction: Instruction
    let state: StageState
    let origins: [BuildPlan.Origin: FileTree]
    let workshop: Workshop
    /// What the stage begins with.
    let below: BaseLayers
    let step: BuildStep?
    let clock: StepClock?

    /// Runs the command.
    ///
    /// After a throw, and when the task was cancelled, there is no process and no mount left.
    func run() async throws(BuildError) -> StepRecord {
        do {
            return try await execute()
        } catch let error as BuildError {
            throw error
        } catch is CancellationError {
            throw .cancelled
        } catch let error as ContainerError {
            throw translated(error)
        } catch {
            throw BuildError.store(error).located(at: instruction.location, in: workshop.source)
        }
    }

    private func execute() async throws -> StepRecord {
        guard let room = workshop.commands else {
            throw BuildError.invalid(error("RUN needs containers, which are not to be had here"))
        }
        let roots = try await room.rootFileSystems()
        let runtime = try await ContainerRuntime.probe(in: roots)
        try Emulation.check(state.config.platform)
        let mounts = RunMounts(workshop, origins: origins, workingFolder: state.workingFolder)
        try await mounts.prepare(command)
        // A network takes as long to make as a root file system.
        async let attachment = attachment(in: roots)
        let snapshot = try await below.prepare(.unpacked, for: clock) { missing in
            try await roots.snapshot(of: rootLayers, missing: missing)
        }
        let root = try await snapshot.mount()
        defer { root.unmount() }
        let process = try await process(in: root, mounts)
        let tail = OutputTail()
        let exit = try await connected(process, by: attachment) { process in
            try await runtime.run(process, in: root) { stream, bytes in
                tail.append(bytes)
                report(stream == .output ? .standardOutput : .standardError, bytes)
            }
        }
        guard exit.isSuccess else { throw BuildError.command(failure(exit, tail)) }
        return try await layer(of: root)
    }

    /// A place in the build's network, where the command asks for it and there can be one.
    private func attachment(in roots: RootFileSystems) async throws -> NetworkAttachment? {
        command.network == .sandbox ? try await workshop.network.enter(in: roots) : nil
    }

    /// Runs `body` with the process in its place in the network, and gives the place back.
    private func connected(
        _ process: ContainerProcess, by place: NetworkAttachment?,
        _ body: (ContainerProcess) async throws -> ContainerExit
    ) async throws -> ContainerExit {
        guard let place else { return try await body(process) }
        var process = process
        process.network = .bridge(place)
        let exit: ContainerExit
        do {
            exit = try await body(process)
        } catch {
            await workshop.network.leave(place)
            throw error
        }
        await workshop.network.leave(place)
        return exit
    }

    private func report(_ stream: BuildOutput.Stream, _ bytes: [UInt8]) {
        guard let step else { return }
        workshop.progress(.output(step, BuildOutput(stream: stream, bytes: bytes)))
    }

    private var rootLayers: [RootLayer] {
        zip(state.layers, state.config.rootfs.diffIDs).map { layer, diffID in
            RootLayer(diffID: diffID, file: workshop.layers.catalog.file(of: layer))
        }
    }

    private func process(in root: MountedRoot, _ mounts: RunMounts) async throws -> ContainerProcess {
        var process = ContainerProcess(command.arguments)
        process.environment = command.environment + command.proxies + mounts.environment
        process.workingFolder = FilePath(state.workingFolder)
        process.hostname = workshop.running.hostname ?? "buildkitsandbox"
        // As with BuildKit: what a command writes there is the image's.
        process.hasHostnameFile = false
        process.mounts = mounts.mounts
        process.network = command.network == .none ? .none : .host
        process.hosts = workshop.running.extraHosts.map { host in
            HostEntry(host.address == "host-gateway" ? "127.0.0.1" : host.address, [host.name])
        }
        process.security.isPrivileged = command.isPrivileged
        process.limits = workshop.running.containerLimits
        let name = state.container.user ?? ""
        process.user = try await BlockingThread.run { try UserDirectory(of: root).user(name) }
        return process
    }

    /// Packs what the command changed, all of it with the build's time, and keeps it as the root of what follows.
    private func layer(of root: MountedRoot) async throws -> StepRecord {
        let changes = try await root.changes()
        guard !changes.isEmpty else { return StepRecord(layer: nil) }
        let layers = workshop.layers
        let layer = try await BlockingThread.run { try layers.pack(changes) }
        _ = try await root.adopt(as: layer.diffID, mtime: layers.mtime)
        return StepRecord(layer: layer)
    }

    // MARK: Failures

    private func error(_ message: String, hint: String? = nil) -> Diagnostic {
        workshop.source.error(at: instruction.location, message, hint: hint)
    }

    private func translated(_ failure: ContainerError) -> BuildError {
        switch failure {
        case .cancelled: return .cancelled
        case .file(let cause): return .instruction(error(cause.description), cause: cause)
        case .cannotExecute(_, let reason, let exitCode):
            return .command(
                FailedCommand(
                    diagnostic: error("cannot execute \"\(shownCommand)\": \(reason)"), exitCode: exitCode,
                    lastOutput: [], surroundings: surroundings))
        case .layer, .wrongDiffID: return .baseImage(error("\(failure)"), cause: failure)
        default: return .invalid(error("\(failure)"))
        }
    }

    private func failure(_ exit: ContainerExit, _ tail: OutputTail) -> FailedCommand {
        let reason =
            switch exit {
            case .code(let code): "exit code: \(code)"
            case .signal(let number): "exit code: \(128 + number) (signal \(number))"
            case .outOfMemory: "it used more memory than it may"
            }
        return FailedCommand(
            diagnostic: error("process \"\(shownCommand)\" did not complete successfully: \(reason)"),
            exitCode: exit.status, lastOutput: tail.lines, surroundings: surroundings)
    }

    private var shownCommand: String { command.arguments.joined(separator: " ") }

    private var surroundings: [FailedCommand.Line] {
        let lines = workshop.source.lines
        let own = instruction.lines
        guard instruction.location.file == workshop.source.name, own.upperBound <= lines.count else {
            return []
        }
        let shown = max(1, own.lowerBound - 2)...min(lines.count, own.upperBound + 2)
        return shown.map { FailedCommand.Line(number: $0, text: lines[$0 - 1], isFailing: own.contains($0)) }
    }
}
