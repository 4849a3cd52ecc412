// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SourceText

extension StageBuilder {
    /// The instructions that change only the image's configuration.
    mutating func configure(_ instruction: Instruction) throws(Diagnostic) {
        switch instruction.action {
        case .env(let assignments): try setEnvironment(assignments)
        case .label(let assignments): try setLabels(assignments)
        case .arg(let declarations): try declare(declarations)
        case .cmd(let form): setCommand(form)
        case .entrypoint(let form): setEntrypoint(form)
        case .expose(let word): try expose(word)
        case .volume(let words): try addVolumes(words, at: instruction.location)
        case .user(let word): try setUser(word)
        case .stopsignal(let word): try setStopSignal(word)
        case .shell(let arguments):
            state.container.shell = arguments
            record("SHELL \(GoText.plain(arguments))")
        case .healthcheck(let healthcheck):
            setHealthcheck(healthcheck)
            record(instruction.text)
        case .maintainer(let word):
            // As in BuildKit, neither quotes nor variables mean anything here.
            state.config.author = word.text
            record("MAINTAINER \(word.text)")
        case .onbuild(let trigger):
            state.container.onBuild = (state.container.onBuild ?? []) + [trigger.trigger]
        case .add, .copy, .from, .run, .workdir: break
        }
    }

    /// All words of one `ENV` see the variables as they were before it.
    private mutating func setEnvironment(_ assignments: [Assignment]) throws(Diagnostic) {
        let values = try assignments.map { assignment throws(Diagnostic) in
            (name: try expand(assignment.name), value: try expand(assignment.value))
        }
        for (name, value) in values { state.setVariable(name, to: value) }
        record(values.reduce("ENV") { "\($0) \($1.name)=\($1.value)" })
    }

    private mutating func setLabels(_ assignments: [Assignment]) throws(Diagnostic) {
        var text = "LABEL"
        for assignment in assignments {
            let (name, value) = (try expand(assignment.name), try expand(assignment.value))
            state.setLabel(name, to: value)
            text += " \(name)=\(value)"
        }
        record(text)
    }

    private mutating func declare(_ declarations: [ArgumentDeclaration]) throws(Diagnostic) {
        var text = "ARG"
        for declaration in declarations {
            let name = declaration.name.text
            var value = workshop.arguments.given[name]
            if value == nil, let word = declaration.defaultValue { value = try expand(word) }
            value = value ?? workshop.globalScope[name]
            text += " " + name + (value.map { "=\($0)" } ?? "")
            state.variables.declare(name, value)
        }
        record(text)
    }

    private mutating func setCommand(_ form: CommandForm) {
        let arguments = arguments(of: form)
        state.container.cmd = arguments
        hasCommand = true
        record("CMD \(GoText.quoted(arguments))")
    }

    /// A new entry point forgets the base image's command, which was meant for another one.
    private mutating func setEntrypoint(_ form: CommandForm) {
        let arguments = arguments(of: form)
        state.container.entrypoint = arguments
        if !hasCommand { state.container.cmd = nil }
        record("ENTRYPOINT \(GoText.quoted(arguments))")
    }

    private func arguments(of form: CommandForm) -> [String] {
        switch form {
        case .exec(let arguments): arguments
        case .shell(let text): (state.container.shell ?? ["/bin/sh", "-c"]) + [text]
        }
    }

    private mutating func expose(_ word: Word) throws(Diagnostic) {
        var ports: [String] = []
        for text in try expandWords(word) {
            ports += try located(word.location) { () throws(Problem) in try PortRange(text).ports }
        }
        state.container.exposedPorts = (state.container.exposedPorts ?? []).union(ports)
        record("EXPOSE \(GoText.plain(ports.sorted()))")
    }

    private mutating func addVolumes(_ words: [Word], at location: SourceLocation) throws(Diagnostic) {
        var volumes: [String] = []
        for word in words {
            let volume = try expand(word)
            guard !volume.isEmpty else {
                throw workshop.source.error(at: word.location, "a volume without a path")
            }
            volumes.append(volume)
        }
        guard !volumes.isEmpty else { throw workshop.source.error(at: location, "VOLUME without a path") }
        state.container.volumes = (state.container.volumes ?? []).union(volumes)
        record("VOLUME \(GoText.plain(volumes))")
    }

    private mutating func setUser(_ word: Word) throws(Diagnostic) {
        let user = try expand(word)
        // Nobody is root, as in BuildKit.
        state.container.user = user.isEmpty ? nil : user
        record("USER \(user)")
    }

    private mutating func setStopSignal(_ word: Word) throws(Diagnostic) {
        let signal = try expand(word)
        try located(word.location) { () throws(Problem) in try StopSignal.check(signal) }
        state.container.stopSignal = signal
        record("STOPSIGNAL \(signal)")
    }

    private mutating func setHealthcheck(_ instruction: HealthcheckInstruction) {
        switch instruction {
        case .disabled: state.container.healthcheck = ContainerConfig.Healthcheck(test: ["NONE"])
        case .check(let form, let timing):
            var check: ContainerConfig.Healthcheck
            switch form {
            case .exec(let arguments): check = ContainerConfig.Healthcheck(test: ["CMD"] + arguments)
            case .shell(let text): check = ContainerConfig.Healthcheck(test: ["CMD-SHELL", text])
            }
            check.interval = timing.interval?.nanoseconds
            check.timeout = timing.timeout?.nanoseconds
            check.startPeriod = timing.startPeriod?.nanoseconds
            check.startInterval = timing.startInterval?.nanoseconds
            check.retries = timing.retries == 0 ? nil : timing.retries
            state.container.healthcheck = check
        }
    }
}

extension Duration {
    /// nil for none, which leaves it to the runtime.
    fileprivate var nanoseconds: Int64? {
        guard self != .zero else { return nil }
        return components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
