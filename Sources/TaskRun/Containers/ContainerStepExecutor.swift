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
    private let roots = Mutex<Task<RootFileSystems, any Error>?>(nil)
    private let home = Mutex<Task<Void, any Error>?>(nil)
    /// Places in networks that are being taken down, by the container's name.
    private let leaving = Mutex<[String: [Task<Void, Never>]]>([:])
    private let watches = Mutex<[(step: StepID, task: Task<String?, Never>)]>([])
    private let hasNoticedSharing = Mutex(false)
    private let closing = Mutex<Task<Void, Never>?>(nil)
    /// Looking for images; some of them are fetched.
    private let counter = Turnstile(places: 16)
    /// Getting containers going, which is work for processors.
    private let gate = Turnstile(places: 8)

    init(_ site: ContainerSite) {
        self.site = site
        images = ContainerImages(store: site.store, registries: site.registries)
        networks = RunNetworks(declared: site.networks)
    }

    /// Made with the first container; what dead processes left is swept away then.
    private func rootFileSystems() async throws -> RootFileSystems {
        let task = roots.withLock { roots in
            let folder = site.rootFolder
            let task = roots ?? Task { try await BlockingThread.run { try RootFileSystems(folder) } }
            roots = task
            return task
        }
        return try await task.value
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
    func image(_ name: String, platform: Platform?, pulls: Bool) async throws -> ContainerImage {
        try await images.image(name, platform: platform ?? site.platform, asksRegistryFirst: pulls)
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
        let platform = try platform(of: action)
        try Emulation.check(platform)
        let roots = try await rootFileSystems()
        // A network takes as long to make as all the rest.
        async let place = place(for: action, isAlone: step.isAlone, in: roots)
        let order = Order(action: action, step: step, platform: platform, tail: tail, report: report)
        let started: Started
        do {
            let room = try await room(for: order, in: roots)
            started = try await start(order, in: room, at: try await place)
        } catch {
            if let place = try? await place { await leave(place, of: action.name) }
            throw error
        }
        if action.isDetached {
            watch(started.ending, of: step.id, report: report)
            return .succeeded(StepProduct())
        }
        let exit = try await wait(for: started.ending)
        return try attempt(exit, step, outputs: started.outputs, tail: tail, report: report)
    }

    /// What a container is wanted for.
    private struct Order: Sendable {
        let action: CommandAction
        let step: RunPlan.Step
        let platform: Platform
        let tail: OutputTail
        let report: @Sendable (StepNews) -> Void
    }

    private struct Started: Sendable {
        let ending: Ending
        /// The file that takes what the step leaves to later ones.
        let outputs: FilePath?
    }

    /// What a container starts from.
    private struct Room: Sendable {
        let root: MountedRoot
        let setup: ContainerSetup
        let outputs: FilePath?
        let runtime: ContainerRuntime
    }

    private func room(for order: Order, in roots: RootFileSystems) async throws -> Room {
        async let home: Void = prepareHome()
        let lease = try await site.store.lease()
        defer { lease.end() }
        let image = try await counter.pass {
            try await images.image(order.action.image, platform: order.platform, asksRegistryFirst: false)
        }
        let outputs = order.step.outputs.isEmpty ? nil : try site.folder.outputFile(of: order.step.id)
        let root = try await gate.pass { try await roots.snapshot(of: image.layers).mount() }
        let setup = ContainerSetup(
            action: order.action, image: image.config, folder: site.folder, volumes: site.volumes,
            neighbours: site.containerNames)
        try await home
        return Room(
            root: root, setup: setup, outputs: outputs, runtime: try await ContainerRuntime.probe(in: roots))
    }

    private func start(
        _ order: Order, in room: Room, at place: RunNetworks.Place?
    ) async throws -> Started {
        let (action, tail, report) = (order.action, order.tail, order.report)
        if case .named = action.network, place == nil { noticeSharing(report) }
        let process = try room.setup.process(
            in: room.root, attachment: place?.attachment, outputs: room.outputs)
        let running = try await gate.pass {
            try await room.runtime.start(process, in: room.root) { stream, bytes in
                tail.append(bytes)
                report(.wrote(bytes, stream == .output ? .output : .error))
            }
        }
        var entry = RunContainers.Entry(
            name: action.name, image: action.image, command: process.arguments, tail: tail, running: running)
        entry.note(process, of: action, at: place)
        containers.add(entry)
        for (wanted, port) in zip(action.ports, place?.reservation?.ports ?? []) where wanted.hostPort == 0 {
            report(.notice("\(port.address):\(port.host) leads to port \(port.container)/\(port.transport)"))
        }
        return Started(
            ending: Ending(container: running, root: room.root, place: place, name: action.name),
            outputs: room.outputs)
    }

    /// What goes away with a container.
    private struct Ending: Sendable {
        let container: RunningContainer
        let root: MountedRoot
        let place: RunNetworks.Place?
        let name: String
    }

    private func place(
        for action: CommandAction, isAlone: Bool, in roots: RootFileSystems
    ) async throws -> RunNetworks.Place? {
        guard case .named(let name) = action.network, BridgeNetwork.isPermitted else { return nil }
        // Whom nobody looks for, and who has nobody to look for: detached containers would be the only ones.
        let isNameless =
            isAlone && !action.isDetached && !action.isPrivileged && action.ports.isEmpty
            && action.addedCapabilities.isEmpty && containers.all.allSatisfy { $0.exit != nil }
        guard isNameless else {
            for task in leaving.withLock({ $0.removeValue(forKey: action.name) ?? [] }) { await task.value }
            return try await networks.attach(action, to: name, in: roots)
        }
        return try await networks.attachNameless(to: name, in: roots)
    }

    private func noticeSharing(_ report: @Sendable (StepNews) -> Void) {
        let isFirst = hasNoticedSharing.withLock { hasNoticed in
            defer { hasNoticed = true }
            return !hasNoticed
        }
        guard isFirst else { return }
        report(
            .notice(
                "only root can make networks: containers are in that of this machine, where they find each other by "
                    + "name and take its ports"))
    }

    private func leave(_ place: RunNetworks.Place?, of name: String) async {
        guard let place else { return }
        guard place.network != nil else { return await networks.leave(place) }
        // Nobody waits for that but the end of the run, and a container of the same name.
        let task = Task { await self.networks.leave(place) }
        leaving.withLock { $0[name, default: []].append(task) }
    }

    private func wait(for ending: Ending) async throws -> ContainerExit {
        let exit: ContainerExit
        do {
            exit = try await withTaskCancellationHandler {
                try await ending.container.wait()
            } onCancel: {
                ending.container.stop(after: .seconds(2))
            }
        } catch {
            await end(ending, Self.exit(of: error))
            throw error
        }
        await end(ending, exit)
        try Task.checkCancellation()
        return exit
    }

    /// How a container ended that never began, as Docker has it.
    private static func exit(of error: any Error) -> ContainerExit {
        if case ContainerError.cannotExecute(_, _, let code) = error { return .code(code) }
        return .code(125)
    }

    private func end(_ ending: Ending, _ exit: ContainerExit) async {
        containers.entry(ending.name)?.tail.end()
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
            guard !self.containers.isStopWanted(ending.name) else { return nil }
            let text = "the detached container ended early: \(Self.text(of: exit))"
            report(.notice("warning: " + text))
            return text
        }
        watches.withLock { $0.append((step, task)) }
    }

    /// Stops what still runs, and begins to take the networks down.
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
        let last = leaving.withLock { $0.values.flatMap(\.self) }
        let task = Task { [networks] in
            for task in last { await task.value }
            await networks.removeAll()
        }
        closing.withLock { $0 = task }
        return remarks
    }

    /// Waits until the networks are gone.
    func close() async { await closing.withLock { $0 }?.value }

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
