// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// What steps take from the task.
struct StepDefaults {
    let timeout: Duration
    let workingDirectory: String?
    /// Nil when the task's own environment is wrong, which is reported already.
    let environment: EnvironmentLayers?
    let volumes: Set<String>
    /// Of all steps of the file, valid or not.
    let ids: Set<StepID>
}

/// YAML values to steps, one after the other.
struct StepDecoder {
    private let defaults: StepDefaults
    private let aliases: AliasTable?
    private let run: RunVariables
    private var validator: StepValidator
    private var outputs: StepOutputs
    /// Of the valid steps so far.
    var nodes: [TaskGraph.Node] { validator.nodes }

    init(defaults: StepDefaults, aliases: AliasTable?, run: RunVariables) {
        self.defaults = defaults
        self.aliases = aliases
        self.run = run
        validator = StepValidator(volumes: defaults.volumes, ids: defaults.ids)
        outputs = StepOutputs(aliases: aliases)
    }

    /// - Returns: nil after reporting what is wrong.
    mutating func decode(_ value: YAMLValue, at index: Int, with reader: inout DocumentReader) -> TaskStep? {
        guard case .mapping = value.content else {
            reader.report(Diagnostic(at: value.location, "a step must be a mapping, not \(value.kind)"))
            return nil
        }
        reader.warnOfUnknownKeys(
            in: value, known: TaskKeys.step, of: "a step", explained: TaskKeys.explainedInStep)
        let written = WrittenStep(value, at: index, with: &reader)
        let policy = policy(of: value, written, with: &reader)
        let environment = reader.strings("env", in: value)
        do {
            try validator.check(written)
            try refuseBuiltInAliases(in: written, of: reader.source)
            let ancestors = validator.ancestors[written.id.value] ?? []
            try outputs.add(written)
            let visible = outputs.visible(from: ancestors)
            let container = try container(
                of: value, written, environment: environment, with: &reader)
            return TaskStep(
                id: written.id.value, location: reader.origin(value),
                action: try action(of: written, seeing: visible, with: &reader), policy: policy,
                container: container, condition: condition(of: value, after: ancestors, with: &reader),
                outputs: written.outputs, visibleOutputs: visible, buildText: written.build,
                source: reader.source)
        } catch {
            reader.reportAtOrigin(error)
            return nil
        }
    }

    private func condition(
        of value: YAMLValue, after ancestors: Set<StepID>, with reader: inout DocumentReader
    ) -> StepCondition? {
        let with = Set(reader.integers("exitedWith", in: value))
        let without = Set(reader.integers("exitedWithout", in: value))
        guard !(with.isEmpty && without.isEmpty), case .mapping(let entries) = value.content else {
            return nil
        }
        for entry in entries where ["exitedWith", "exitedWithout"].contains(entry.key) {
            reader.report(
                Diagnostic(
                    .warning, at: entry.keyLocation,
                    ancestors.isEmpty
                        ? "\(entry.key) has no effect: this step waits for no other"
                        : "\(entry.key) works here; in ACR Tasks it has no effect",
                    hint: ancestors.isEmpty ? "it looks at the exit codes of the steps in when" : nil))
        }
        return ancestors.isEmpty ? nil : StepCondition(exitedWith: with, exitedWithout: without)
    }

    /// In a file without aliases, `$Registry` and its like in the name of an image are a forgotten version.
    private func refuseBuiltInAliases(
        in step: WrittenStep, of source: TaskSource
    ) throws(Diagnostic) {
        guard aliases == nil else { return }
        for text in [step.build].compactMap(\.self) + step.push {
            guard let name = BuiltInAliases.firstCall(in: text.value) else { continue }
            let lineCount = text.value.count(where: \.isNewline) + 2
            throw Diagnostic(
                at: source.place(of: "$" + name, from: text.location, lineCount: lineCount),
                "$\(name) has no value here: aliases need version: v1.1.0",
                hint: "write the line version: v1.1.0 at the top of the file, from the first column")
        }
    }

    private func action(
        of step: WrittenStep, seeing outputs: [String: StepID], with reader: inout DocumentReader
    ) throws(Diagnostic) -> TaskStep.Action {
        if let text = step.build {
            let source = reader.source
            let names = Dictionary(uniqueKeysWithValues: outputs.keys.map { ($0, $0) })
            let reading = try BuildArguments.read(text, variables: names) {
                source.place(of: $0, from: $1, lineCount: $2)
            }
            for warning in reading.warnings { reader.reportAtOrigin(warning) }
            return .build(Located(reading.arguments, at: text.location))
        }
        if let text = step.command {
            return .command(
                Located(aliases?.expandFirstWord(of: text.value, run: run) ?? text.value, at: text.location))
        }
        return .push(step.push)
    }

    private func policy(
        of value: YAMLValue, _ written: WrittenStep, with reader: inout DocumentReader
    ) -> StepPolicy {
        var policy = StepPolicy()
        policy.timeout = reader.seconds("timeout", in: value) ?? defaults.timeout
        policy.startDelay = reader.seconds("startDelay", in: value) ?? policy.startDelay
        policy.retries = max(0, written.retries?.value ?? 0)
        policy.retryDelay = reader.seconds("retryDelay", in: value) ?? policy.retryDelay
        policy.retryOnErrors = reader.strings("retryOnErrors", in: value).map(\.value)
        policy.repetitions = max(0, written.repetitions?.value ?? 0)
        policy.ignoresErrors = reader.boolean("ignoreErrors", in: value)
        return policy
    }

    private func container(
        of value: YAMLValue, _ written: WrittenStep, environment: [Located<String>],
        with reader: inout DocumentReader
    ) throws(Diagnostic) -> ContainerOptions {
        var options = ContainerOptions()
        options.workingDirectory =
            reader.string("workingDirectory", in: value)?.value ?? defaults.workingDirectory
        options.keepsImageWorkingDirectory = reader.boolean("disableWorkingDirectoryOverride", in: value)
        options.entryPoint = reader.string("entryPoint", in: value)?.value
        options.environment = try defaults.environment?.merged(under: environment) ?? []
        options.ports = reader.strings("ports", in: value).map(\.value)
        options.expose = reader.strings("expose", in: value).map(\.value)
        options.network = reader.string("network", in: value)?.value
        options.user = reader.string("user", in: value)?.value
        options.isPrivileged = reader.boolean("privileged", in: value)
        options.isolation = reader.string("isolation", in: value)?.value
        options.cpus = reader.string("cpus", in: value)?.value
        options.mounts = written.mounts.map {
            ContainerOptions.VolumeMount(volume: $0.volume, path: $0.path)
        }
        options.isDetached = written.isDetached
        options.isKept = reader.boolean("keep", in: value)
        options.pull = pull(of: value, with: &reader)
        options.usesCache = written.cache.map { $0.value.lowercased() == "enabled" }
        return options
    }

    private func pull(of value: YAMLValue, with reader: inout DocumentReader) -> ContainerOptions.Pull? {
        let retries = max(0, reader.integer("cmdDownloadRetries", in: value)?.value ?? 0)
        let delay = reader.seconds("cmdDownloadRetryDelay", in: value) ?? .zero
        guard reader.boolean("pull", in: value) else { return nil }
        return ContainerOptions.Pull(retries: retries, retryDelay: delay)
    }
}
