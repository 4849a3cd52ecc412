// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import ContainerRun
import ImageBuild
import OCISpec
import SystemPackage
import TaskFile
import TaskRun

/// `stet run`: a task file, from its text to its record.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a task file: build images, run containers, push.",
        discussion: """
            stet run -f tasks/hello-world/task.yaml --id 1 tasks/hello-world
            stet run --cmd 'bash echo hello' /dev/null

            Without --registry, $Registry is an embedded write-once registry on this machine.
            The context is a folder, a git or archive URL, oci://REFERENCE, or /dev/null for none.
            Exit status: 0 the run succeeded, 1 a step failed, 2 the task or the command is wrong,
            130 interrupted, 143 or 129 ended by SIGTERM or SIGHUP.
            """)

    @OptionGroup var task: TaskOptions
    @OptionGroup var connection: ConnectionOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("One command instead of a task file.", valueName: "command"))
    var cmd: String?
    @Option(help: ArgumentHelp("What images are built for, and run as.", valueName: "os/arch"))
    var platform: String?
    @Option(help: ArgumentHelp("The time limit of the whole run.", valueName: "seconds"))
    var timeout: Int?
    @Option(help: ArgumentHelp("How many steps are at work at the same time.", valueName: "number"))
    var jobs: Int?
    @Flag(help: "Do not show what steps write; it is in the logs of the run.") var noLogs = false
    @Option(help: "How to tell what happens: text or json, one event a line.") var logFormat = LogFormat.text
    @Flag(help: "Let steps work in the context itself instead of a copy.") var inPlace = false
    @Flag(help: "Give a command that needs a shell to the shell of its image.") var agentShell = false
    @Flag(help: "Print what would be done, and do nothing.") var plan = false
    @Option(help: "How to print the plan: text or svg, a picture; implies --plan.") var planFormat:
        PlanFormat?
    @Option(
        help: ArgumentHelp(
            "An agent that builds may ask for with --ssh: default, or ID=SOCKET.", valueName: "agent"))
    var ssh: [String] = []
    @Flag(help: "Run again whenever a file of the context changes.") var watch = false

    @Argument(help: "The files that steps work on.")
    var context: String

    func validate() throws {
        if let timeout, timeout < 1 { throw ValidationError("--timeout must be at least 1 second") }
        if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
        if cmd != nil, task.file != "acb.yaml" {
            throw ValidationError("--cmd and --file exclude each other")
        }
        if watch, inPlace {
            throw ValidationError(
                "--watch and --in-place exclude each other: what steps write would start the next run")
        }
        if watch, context == RunContextSource.nothing { throw ValidationError("there is nothing to --watch") }
    }

    func run() async throws {
        // As an ordinary user, containers need a user namespace; without one the first container says what is missing.
        try? UserNamespace.enterIfNeeded()
        try await CommandFailure.asUsage { try task.check() }
        let settings = try await CommandFailure.asUsage { try self.settings() }
        guard watch else { return try await runOnce(settings) }
        // Also between the runs Ctrl-C is an orderly end.
        try await Interruption.watch {
            try await RunWatch(folder: FilePath(context)).repeatedly { try await runOnce(settings) }
        }
    }

    private func settings() throws -> RunSettings {
        var settings = RunSettings()
        if let platform { settings.platform = try Platform(platform) }
        guard settings.platform.os == "linux" else {
            throw CommandFailure(
                "only Linux containers run here, not \(settings.platform)", exitCode: CommandFailure.usage)
        }
        settings.limits.timeout = timeout.map { .seconds($0) }
        settings.limits.jobs = jobs ?? .max
        settings.isInPlace = inPlace
        settings.agents = try RunAgents.parse(ssh)
        if noLogs { settings.linesAtOnce = RunBoard.groupedLines }
        return settings
    }

    private func runOnce(_ settings: RunSettings) async throws {
        let source = try await Interruption.watch {
            try await CommandFailure.asUsage {
                try await RunContextSource.open(
                    context, over: try connection.transport(), try connection.connector())
            }
        }
        guard !plan, planFormat == nil else {
            let registry = task.registry ?? "localhost"
            return show(try await reading(source, registry: registry, settings))
        }
        let records = try await CommandFailure.asUsage { try RunRecordFolder(creating: try UserFolder.runs) }
        let (record, file) = try await CommandFailure.asFailure {
            guard let registry = task.registry else {
                return try await EmbeddedRegistry.use {
                    try await execute(source, registry: $0, settings, records)
                }
            }
            return try await execute(source, registry: registry, settings, records)
        }
        try finish(record, in: file)
    }

    private func execute(
        _ source: RunContextSource, registry: String, _ settings: RunSettings, _ records: RunRecordFolder
    ) async throws -> (RunRecord, FilePath) {
        let reading = try await Interruption.watch {
            try await self.reading(source, registry: registry, settings)
        }
        let console = RunConsole(format: logFormat, showsOutput: !noLogs, mask: reading.mask)
        let execution = TaskExecution(
            plan: reading.plan, identity: reading.identity, mask: reading.mask, source: source,
            records: records, settings: settings, connection: connection, registry: registry,
            show: { console.show($0) })
        return try await console.during { try await execution.run() }
    }

    /// A task that was read whole, before anything is done.
    private struct Reading {
        let identity: RunIdentity
        let plan: RunPlan
        let mask: SecretMask
    }

    private func reading(
        _ source: RunContextSource, registry: String, _ settings: RunSettings
    ) async throws -> Reading {
        try await CommandFailure.asUsage {
            _ = try BuildTime.seconds(source.git)
            let (text, name) = try await text(in: source)
            var inputs = try await task.inputs(registry: registry, git: source.git)
            inputs.run.architecture = settings.platform.architecture
            let document = try await TaskParser.load(
                text, file: name, inputs: inputs,
                resolvers: try await task.resolvers(over: connection))
            let plan = try RunPlan(document, usesShellOfImage: agentShell)
            for warning in document.warnings + plan.warnings { Terminal.error.line("\(warning)") }
            try RunAgents.check(plan.agents, given: settings.agents)
            return Reading(
                identity: RunIdentity(id: inputs.run.id, taskName: document.taskName), plan: plan,
                mask: SecretMask(document.secretTexts))
        }
    }

    /// The text of the task, and the name that diagnostics show.
    private func text(in source: RunContextSource) async throws -> (String, String) {
        if let cmd { return (TaskText.oneStep(command: cmd, timeoutSeconds: timeout), "--cmd") }
        guard source.isFetched, task.file != "-", let folder = source.folder else {
            return try await task.text()
        }
        let file = folder.appending(FilePath(task.file).components)
        let bytes = try await BlockingThread.runGivingUp {
            try ContextFile.read(file, of: folder, isConfined: true)
        }
        return (String(decoding: bytes, as: UTF8.self), task.file)
    }

    private func show(_ reading: Reading) {
        switch planFormat {
        case .svg: Terminal.output.write(Array(PlanPicture.render(reading.plan, mask: reading.mask).utf8))
        case .text, nil: Terminal.output.write(Array(PlanText.render(reading.plan, mask: reading.mask).utf8))
        }
    }

    /// Says where the record is and prints the images.
    private func finish(_ record: RunRecord, in file: FilePath) throws {
        if logFormat == .text { Terminal.error.line("record: \(file)") }
        switch record.status {
        case .succeeded:
            for image in record.outputImages {
                Terminal.output.line("\(image.name.reference)\t\(image.name.digest ?? "")")
            }
        case .failed:
            if task.registry == nil, record.steps.contains(where: { $0.error?.contains("409") == true }) {
                let data = try UserFolder.embeddedRegistry
                Terminal.error.line("the embedded registry's policies: stet policy list --data \(data)")
            }
            throw CommandFailure("run \(record.id) failed")
        case .canceled:
            throw CommandFailure("run \(record.id) was interrupted", exitCode: CommandFailure.interrupted)
        }
    }
}

enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

enum PlanFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case svg
}
