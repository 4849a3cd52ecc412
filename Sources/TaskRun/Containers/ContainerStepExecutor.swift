// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import ImageStore
import OCISpec
import Synchronization
import SystemPackage
import TaskFile

/// Runs the containers of steps.
final class ContainerStepExecutor: Sendable {
    let site: ContainerSite
    let containers = RunContainers()
    private let images: ContainerImages
    private let networks: RunNetworks
    private let roots = Mutex<RootFileSystems?>(nil)
    private let home = Mutex<Task<Void, any Error>?>(nil)
    /// Places in networks that are being taken down, by the container's name.
    private let leaving = Mutex<[String: [Task<Void, Never>]]>([:])
    private let watches = Mutex<[(step: StepID, task: Task<String?, Never>)]>([])

    init(_ site: ContainerSite) {
        self.site = site
        images = ContainerImages(store: site.store, registries: site.registries)
        networks = RunNetworks(declared: site.networks)
    }

    /// Made with the first container; what dead processes left is swept away then.
    private func rootFileSystems() async throws -> RootFileSystems {
        try await BlockingThread.run { [self] in
            try roots.withLock { roots in
                let made = try roots ?? RootFileSystems(site.rootFolder)
                roots = made
                return made
            }
        }
    }

    /// Fetches the image as often as the step allows, for `pull: true`.
    func pull(
        _ action: CommandAction, report: @Sendable (StepNews) -> Void
    ) async throws(StepFailure) {
        guard let pull = action.pull else { return }
        for left in stride(from: pull.retries, through: 0, by: -1) {
            do {
                report(.pulling(action.image))
                _ = try await images.image(
                    action.image, platform: try platform(of: action), asksRegistryFirst: true)
                return
            } catch {
                guard left > 0, !(error is CancellationError) else { throw StepFailure("\(error)") }
                report(.notice("\(error); again in \(pull.retryDelay.written)"))
                do { try await Task.sleep(for: pull.retryDelay) } catch { throw StepFailure("canceled") }
            }
        }
    }

    /// An image by name, for commands about images.
    func image(_ name: String, pulls: Bool) async throws -> ContainerImage {
        try await images.image(name, platform: site.platform, asksRegistryFirst: pulls)
    }

    /// Runs a container to its end, or starts a detached one.
    func run(
        _ action: CommandAction, of step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
    ) async -> StepAttempt {
        let tail = OutputTail()
        do {
            return try await attempt(action, of: step, tail: tail, report: report)
        } catch let failure as StepFailure {
            return .failed(
                StepFailure(
                    failure.message, exitCode: failure.exitCode, output: tail.text, product: failure.product))
        } catch ContainerError.cannotExecute(let program, let reason, let code) {
            return .failed(
                StepFailure(
                    "cannot execute \"\(program)\": \(reason)", exitCode: Int(code), output: tail.text))
        } catch {
            return .failed(StepFailure("\(error)", output: tail.text))
        }
    }

    private func attempt(
        _ action: CommandAction, of step: RunPlan.Step, tail: OutputTail,
        report: @escaping @Sendable (StepNews) -> Void
    ) async throws -> StepAttempt {
        try await prepareHome()
        let platform = try platform(of: action)
        try Emulation.check(platform)
        let lease = try await site.store.lease()
        defer { lease.end() }
        let image = try await images.image(action.image, platform: platform, asksRegistryFirst: false)
        let outputs = step.outputs.isEmpty ? nil : try site.folder.outputFile(of: step.id)
        let roots = try await rootFileSystems()
        let root = try await roots.snapshot(of: image.layers).mount()
        let place = try await place(for: action, isAlone: step.isAlone, in: roots)
        let setup = ContainerSetup(
            action: action, image: image.config, folder: site.folder, volumes: site.volumes)
        let process = try setup.process(in: root, attachment: place?.place.attachment, outputs: outputs)
        let runtime = try await ContainerRuntime.probe(in: roots)
        let write: ContainerOutput = { stream, bytes in
            tail.append(bytes)
            report(.wrote(bytes, stream == .output ? .output : .error))
        }
        let running = try await runtime.start(process, in: root, output: write)
        containers.add(
            .init(
                name: action.name, image: action.image, command: process.arguments, tail: tail,
                running: running))
        let ending = Ending(container: running, root: root, place: place, name: action.name)
        if action.isDetached {
            watch(ending, of: step.id, report: report)
            return .succeeded(StepProduct())
        }
        let exit = try await wait(for: ending)
        return try attempt(exit, step, outputs: outputs, tail: tail, report: report)
    }

    /// What goes away with a container.
    private struct Ending: Sendable {
        let container: RunningContainer
        let root: MountedRoot
        let place: Place?
        let name: String
    }

    /// A container's place in a network.
    private struct Place: Sendable {
        let place: RunNetworks.Place
        /// The network that it goes back to; nil when it has names and goes away.
        let pool: String?
    }

    private func place(
        for action: CommandAction, isAlone: Bool, in roots: RootFileSystems
    ) async throws -> Place? {
        guard case .named(let name) = action.network else { return nil }
        let isNameless =
            isAlone && !action.isDetached && !action.isPrivileged && action.ports.isEmpty
            && action.addedCapabilities.isEmpty
        guard isNameless else {
            for task in leaving.withLock({ $0.removeValue(forKey: action.name) ?? [] }) { await task.value }
            return Place(place: try await networks.attach(action, to: name, in: roots), pool: nil)
        }
        return Place(place: try await networks.attachNameless(to: name, in: roots), pool: name)
    }

    private func leave(_ place: Place?, of name: String) async {
        guard let place else { return }
        if let pool = place.pool {
            await networks.giveBack(place.place, to: pool)
        } else {
            // Nobody waits for that but the end of the run, and a container of the same name.
            let task = Task { await place.place.network.detach(place.place.attachment) }
            leaving.withLock { $0[name, default: []].append(task) }
        }
    }

    private func wait(for ending: Ending) async throws -> ContainerExit {
        let exit = try await withTaskCancellationHandler {
            try await ending.container.wait()
        } onCancel: {
            ending.container.stop(after: .seconds(2))
        }
        await end(ending, exit)
        try Task.checkCancellation()
        return exit
    }

    private func end(_ ending: Ending, _ exit: ContainerExit) async {
        containers.end(ending.name, exit)
        await leave(ending.place, of: ending.name)
        ending.root.unmount()
    }

    private func attempt(
        _ exit: ContainerExit, _ step: RunPlan.Step, outputs: FilePath?, tail: OutputTail,
        report: @Sendable (StepNews) -> Void
    ) throws -> StepAttempt {
        guard exit.isSuccess else {
            return .failed(StepFailure(Self.text(of: exit), exitCode: Int(exit.status), output: tail.text))
        }
        var product = StepProduct()
        if let outputs {
            let written = try StepOutputs(outputs, declared: step.outputs)
            product.outputs = written.values
            for name in written.unknown {
                report(
                    .notice(
                        "warning: the step wrote \"\(name)\" to $STET_OUTPUTS and declares no such output"))
            }
        }
        return .succeeded(product)
    }

    static func text(of exit: ContainerExit) -> String {
        switch exit {
        case .code(let code): "the container exited with status \(code)"
        case .signal(let number): "the container was ended by signal \(number)"
        case .outOfMemory: "the container was ended because it used more memory than it may"
        }
    }

    private func platform(of action: CommandAction) throws -> Platform {
        try action.platform.map { try Platform($0) } ?? site.platform
    }

    // MARK: Detached containers

    private func watch(
        _ ending: Ending, of step: StepID, report: @escaping @Sendable (StepNews) -> Void
    ) {
        let task = Task { () -> String? in
            guard let exit = try? await ending.container.wait() else { return "its container was lost" }
            await self.end(ending, exit)
            guard self.containers.entry(ending.name)?.isStopWanted != true else { return nil }
            let text = "the detached container ended early: \(Self.text(of: exit))"
            report(.notice("warning: " + text))
            return text
        }
        watches.withLock { $0.append((step, task)) }
    }

    /// Stops what still runs and takes the networks down.
    ///
    /// - Returns: What was noticed of detached containers.
    func finish() async -> [StepID: String] {
        await withTaskGroup(of: Void.self) { group in
            for entry in containers.all {
                guard let running = entry.running, entry.exit == nil else { continue }
                containers.wantStop(entry.name)
                group.addTask { running.stop(after: .seconds(2)) }
            }
        }
        var remarks: [StepID: String] = [:]
        for watch in watches.withLock({ $0 }) {
            if let remark = await watch.task.value { remarks[watch.step] = remark }
        }
        for task in leaving.withLock({ $0.values.flatMap(\.self) }) { await task.value }
        await networks.removeAll()
        return remarks
    }

    // MARK: Home

    /// Writes the credentials of the run's registries once, before the first container.
    private func prepareHome() async throws {
        let task = home.withLock { home in
            if let home { return home }
            let task = Task { try await self.writeHome() }
            home = task
            return task
        }
        try await task.value
    }

    /// Writes the credentials as they are now: again after a login.
    func writeHome() async throws {
        var credentials: [String: String] = [:]
        for registry in site.knownRegistries {
            guard let found = try? await site.credentials.pair(for: registry) else { continue }
            credentials[registry] = found
        }
        let known = credentials
        try await BlockingThread.run { try self.site.folder.write(credentials: known) }
    }
}
