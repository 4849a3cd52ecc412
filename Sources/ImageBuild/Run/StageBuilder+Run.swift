// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import DockerfileSyntax
import OCISpec
import SourceText

extension StageBuilder {
    /// `RUN`: what the command changes becomes a layer; nothing does where the cache knows the command.
    mutating func execute(_ run: RunInstruction, of step: BuildPlan.Step) async throws(BuildError) {
        let command = try invalid { () throws(Diagnostic) in try self.command(run, of: step) }
        let session = workshop.layers.session
        var key: StepKey?
        if session.isOn {
            let found = try await self.key(of: command)
            let layers = workshop.layers
            let known = try await BuildError.wrapStore { try await layers.find(found) }
            session.noteCommand(for: stage.platform)
            if let known { return finish(known, of: command, as: found, isCached: true) }
            key = found
        }
        let execution = RunExecution(
            command: command, instruction: step.instruction, state: state, origins: origins,
            workshop: workshop, below: below, step: self.step, clock: clock)
        let record: StepRecord
        do {
            record = try await execution.run()
        } catch {
            throw blamingBase(error)
        }
        if let key { session.remember(record, as: key) }
        finish(record, of: command, as: key, isCached: false)
    }

    /// `key` is nil where there is no cache.
    private mutating func finish(
        _ record: StepRecord, of command: RunCommand, as key: StepKey?, isCached: Bool
    ) {
        self.isCached = isCached
        if let key, record.layer == nil || command.writesCache { state.addUnseenEffect(of: key) }
        guard let layer = record.layer else { return self.record(command.history) }
        add(StepLayer(layer, isCached: isCached), as: command.history)
    }

    // MARK: What the cache knows it by

    private func key(of command: RunCommand) async throws(BuildError) -> StepKey {
        let mounted = try await keysOfMounts(of: command)
        var content = KeyHasher("run contents 2")
        content.add(state.config.rootfs.diffIDs.map(\.description))
        state.unseenEffects?.add(to: &content)
        for key in mounted { key.add(to: &content) }
        return StepKey(shape: shape(of: command), content: content.finish())
    }

    /// What tells the contents that it mounts from others.
    private func keysOfMounts(of command: RunCommand) async throws(BuildError) -> [ContentHash] {
        var keys: [ContentHash] = []
        for bound in command.mounts {
            guard case .bind(_, let source) = bound.mount.kind, let tree = origins[bound.origin] else {
                continue
            }
            let export = TreeExport(
                tree: tree, name: workshop.name(of: bound.origin), layers: workshop.layers)
            keys.append(
                try await atPlace(bound.location) { () async throws(BuildError) in
                    try await BuildError.wrapStore {
                        try await BlockingThread.run { try export.key(of: source) }
                    }
                })
        }
        return keys
    }

    /// All but the files: neither the values of secrets nor undeclared proxies are in it.
    private func shape(of command: RunCommand) -> ContentHash {
        var key = KeyHasher("run 2")
        key.add(stage.platform.description)
        key.add(workshop.layers.mtime)
        key.add(workshop.layers.compression.keyText)
        key.add(command.arguments)
        key.add([command.script?.name ?? "", command.script?.content ?? ""])
        key.add(command.environment)
        key.add([state.container.user ?? "", state.workingFolder])
        key.add([command.network.rawValue, command.isPrivileged ? "insecure" : "sandbox"])
        key.add(workshop.running.extraHosts.flatMap { [$0.name, $0.address] })
        key.add(workshop.running.limits.map(\.description))
        key.add(workshop.running.sharedMemoryBytes ?? 0)
        if let name = workshop.running.hostname { key.add(["hostname", name]) }
        for bound in command.mounts {
            key.add(bound.mount.target ?? "")
            key.add(bound.mount.isReadOnly ? 1 : 0)
            key.add(Self.text(of: bound.mount.kind))
        }
        return key.finish()
    }

    private static func text(of kind: Mount.Kind) -> String {
        switch kind {
        case .bind(_, let source): "bind \(source)"
        case .cache(let identity, _, _, let access):
            "cache \(identity) \(access.user):\(access.group) \(access.mode)"
        case .tmpfs(let size): "tmpfs \(size ?? 0)"
        case .secret(let identity, let variable, _, _): "secret \(identity) \(variable ?? "")"
        case .ssh(let identity, _, _): "ssh \(identity)"
        }
    }
}
