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
            let found = try await self.key(of: command, at: step.instruction.location)
            let layers = workshop.layers
            let known = try await BuildError.wrapStore { try await layers.find(found) }
            if let known { return finish(known, of: command, isCached: true) }
            key = found
        }
        let execution = RunExecution(
            command: command, instruction: step.instruction, state: state, origins: origins,
            workshop: workshop, step: self.step)
        let record: StepRecord
        do {
            record = try await execution.run()
        } catch {
            throw blamingBase(error)
        }
        if let key { session.remember(record, as: key) }
        finish(record, of: command, isCached: false)
    }

    private mutating func finish(_ record: StepRecord, of command: RunCommand, isCached: Bool) {
        self.isCached = isCached
        guard let layer = record.layer else { return self.record(command.history) }
        add(StepLayer(layer, isCached: isCached), as: command.history)
    }

    // MARK: What the cache knows it by

    private func key(of command: RunCommand, at location: SourceLocation) async throws(BuildError) -> StepKey
    {
        let shape = shape(of: command)
        let (diffIDs, origins, layers) = (state.config.rootfs.diffIDs, origins, workshop.layers)
        let bound = command.mounts
        return try await atPlace(location) { () async throws(BuildError) in
            try await BuildError.wrapStore {
                try await BlockingThread.run {
                    var content = KeyHasher("run contents 1")
                    content.add(diffIDs.map(\.description))
                    for bound in bound {
                        guard case .bind(_, let source) = bound.mount.kind, let tree = origins[bound.origin]
                        else {
                            continue
                        }
                        let export = TreeExport(tree: tree, name: bound.origin.name, layers: layers)
                        try export.key(of: source).add(to: &content)
                    }
                    return StepKey(shape: shape, content: content.finish())
                }
            }
        }
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
