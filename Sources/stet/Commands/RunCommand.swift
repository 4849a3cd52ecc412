// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import ImageStore
import OCISpec
import RegistryClient
import SystemPackage
import TaskFile
import TaskRun

/// `stet run`: a task file, from its text to its record.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a task file: build images and push them.",
        discussion: """
            stet run -f tasks/hello-world/task.yaml --id 1 tasks/hello-world

            Without --registry, $Registry is an embedded write-once registry on this machine.
            Exit status: 0 the run succeeded, 1 a step failed, 2 the task or the command is wrong, 130 interrupted.
            """)

    @OptionGroup var task: TaskOptions
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The folder that build steps read.")
    var context: String

    func run() async throws {
        let folder = FilePath(context)
        guard Folder.isFolder(folder) else {
            throw CommandFailure("\(context): no such folder", exitCode: CommandFailure.usage)
        }
        let records = try await CommandFailure.asUsage {
            try task.check()
            return try RunRecordFolder(creating: try UserFolder.runs)
        }
        let git = await GitMetadata.read(folder)
        let record = try await CommandFailure.asFailure {
            guard let registry = task.registry else {
                return try await EmbeddedRegistry.use { try await run(folder, registry: $0, git) }
            }
            return try await run(folder, registry: registry, git)
        }
        let file = try await CommandFailure.asFailure {
            try await BlockingThread.run { try records.write(record) }
        }
        try finish(record, in: file)
    }

    private func run(_ folder: FilePath, registry: String, _ git: GitMetadata) async throws -> RunRecord {
        let (identity, plan) = try await CommandFailure.asUsage {
            try await self.plan(registry: registry, git)
        }
        let context = RunContext(folder: folder, created: try BuildTime.seconds(git), commit: git.commit)
        let store = try ImageLayout(creating: UserFolder.imageStore)
        let console = RunConsole(terminal: .error)
        let runner = TaskRunner(
            executor: ImageStepExecutor(
                store: store, registries: try connection.connector(), context: context),
            clock: ContinuousClock(), now: WallClock.now, events: { console.show($0) })
        return try await Interruption.watch { await runner.run(plan, as: identity) }
    }

    /// Reads and checks the whole task before anything is done.
    private func plan(registry: String, _ git: GitMetadata) async throws -> (RunIdentity, RunPlan) {
        let (text, name) = try task.text()
        let inputs = try task.inputs(registry: registry, git: git)
        let document = try await TaskParser.load(text, file: name, inputs: inputs, resolvers: task.resolvers)
        for warning in document.warnings { Terminal.error.line("\(warning)") }
        return (RunIdentity(id: inputs.run.id, taskName: document.taskName), try RunPlan(document))
    }

    /// Says where the record is and prints the images.
    private func finish(_ record: RunRecord, in file: FilePath) throws {
        Terminal.error.line("record: \(file)")
        switch record.status {
        case .succeeded:
            for image in record.outputImages {
                Terminal.output.line("\(image.name.reference)\t\(image.name.digest ?? "")")
            }
        case .failed:
            if task.registry == nil {
                let data = try UserFolder.embeddedRegistry
                Terminal.error.line("the embedded registry's policies: stet policy list --data \(data)")
            }
            throw CommandFailure("run \(record.id) failed")
        case .canceled:
            throw CommandFailure("run \(record.id) was interrupted", exitCode: CommandFailure.interrupted)
        }
    }
}
