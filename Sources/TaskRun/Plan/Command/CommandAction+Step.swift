// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SourceText
import TaskFile

extension CommandAction {
    /// What a step's own keys say, before the flags in its text.
    ///
    /// `network`: the network that the task gives the step.
    /// - Throws: A diagnostic about a port or a number of processors that is none.
    init(_ step: TaskStep, network: StepNetwork) throws(Diagnostic) {
        let options = step.container
        name = step.id.name
        entryPoint = options.entryPoint
        environment = ["HOME=\(RunPaths.home)"] + options.environment
        user = options.user
        workingDirectory = options.effectiveWorkingDirectory
        self.network = Network(network)
        isPrivileged = options.isPrivileged
        isDetached = options.isDetached
        isKept = options.isKept
        pull = options.pull.map { Pull(retries: $0.retries, retryDelay: $0.retryDelay) }
        volumes = options.mounts.map { Volume(source: .files($0.volume), path: $0.path, isReadOnly: true) }
        do {
            for text in options.ports { ports += try PortMapping.parse(text) }
            cpus = try options.cpus.map { text throws(InvalidValue) in try CommandReader.cpus(text) }
        } catch {
            throw Diagnostic(at: step.location, "\(error)")
        }
    }
}

extension CommandAction.Network {
    init(_ network: StepNetwork) {
        switch network {
        case .named(let declared): self = .named(declared.name)
        case .other(let name): self = Self(flag: name)
        case .implicit: self = .named(CommandAction.defaultNetwork)
        case .none: self = .named("bridge")
        case .host: self = .host
        }
    }
}
