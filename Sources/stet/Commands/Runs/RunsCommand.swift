// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import OCISpec
import TaskRun

/// `stet runs`: what earlier runs did.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List, show and delete earlier runs and their logs.",
        discussion: """
            stet runs list
            stet runs show ID --html > run.html
            stet runs logs ID --step build
            """,
        subcommands: [
            RunsListCommand.self, RunsShowCommand.self, RunsLogsCommand.self, RunsDeleteCommand.self,
        ])

    static func folder() throws -> RunRecordFolder { RunRecordFolder(reading: try UserFolder.runs) }

    /// The newest record of an id, which must be there.
    static func record(_ id: String) async throws -> RunRecord {
        try await CommandFailure.asUsage {
            let folder = try folder()
            guard let record = try await BlockingThread.run({ try folder.record(id) }) else {
                throw CommandFailure(
                    "there is no record of a run \"\(id)\"; see stet runs list",
                    exitCode: CommandFailure.usage)
            }
            return record
        }
    }
}

struct RunsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List runs, the latest first.", discussion: "stet runs list --top 5")

    @Option(help: "How many at most.") var top = 20
    @Option(
        help: ArgumentHelp("Only runs with this status: succeeded, failed or canceled.", valueName: "status"))
    var status: String?
    @Option(help: "How to print the list: text or json.") var format = ResultFormat.text

    func validate() throws {
        if let status, RunRecord.Status(rawValue: status) == nil {
            throw ValidationError("--status must be succeeded, failed or canceled, not \"\(status)\"")
        }
    }

    func run() async throws {
        let folder = try RunsCommand.folder()
        let entries = try await CommandFailure.asFailure {
            try await BlockingThread.run { try folder.newest() }
        }
        for entry in entries where entry.record == nil {
            Terminal.error.line("warning: \(entry.file) is no record of a run")
        }
        let records = entries.compactMap(\.record).filter { status == nil || $0.status.rawValue == status }
            .prefix(max(0, top))
        switch format {
        case .json: Terminal.output.write(try JSONDocument.pretty(Array(records)))
        case .text:
            var table = TextTable(["ID", "TASK", "STATUS", "STARTED", "DURATION", "STEPS", "IMAGES"])
            for record in records {
                table.add([
                    record.id, record.task, record.status.rawValue, record.startTime,
                    record.duration.secondsText,
                    "\(record.steps.count)", "\(record.outputImages.count)",
                ])
            }
            Terminal.output.line(table.text)
        }
    }
}

struct RunsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run: its steps and images, or a page of it.",
        discussion: """
            stet runs show 7
            stet runs show 7 --html > run.html
            """)

    @Argument(help: "The run's id.") var id: String
    @Flag(help: "Print a page for a browser: timeline, logs and images in one file.") var html = false
    @Option(help: "How to print the record: text or json.") var format = ResultFormat.text

    func run() async throws {
        let record = try await RunsCommand.record(id)
        let folder = try RunsCommand.folder()
        if html {
            let page = try await CommandFailure.asFailure {
                try await BlockingThread.run {
                    try RunPage.render(record) { step in
                        try folder.log(of: step, in: record, lastBytes: RunPage.logLimitBytes)
                    }
                }
            }
            Terminal.output.write(Array(page.utf8))
        } else if format == .json {
            Terminal.output.write(try JSONDocument.pretty(record))
        } else {
            show(record)
        }
    }

    private func show(_ record: RunRecord) {
        Terminal.output.line(
            "Run:       \(record.id)\nTask:      \(record.task)\nStatus:    \(record.status.rawValue)")
        Terminal.output.line("Started:   \(record.startTime)\nDuration:  \(record.duration.secondsText)")
        if let error = record.error { Terminal.output.line("Error:     \(error)") }
        var steps = TextTable([
            "STEP", "TYPE", "STATUS", "ATTEMPTS", "EXIT", "STARTED AFTER", "DURATION", "LOG",
        ])
        for step in record.steps {
            steps.add([
                step.id, step.type, step.status.rawValue, "\(step.attempts)",
                step.exitCode.map { "\($0)" } ?? "-",
                step.startedAfter?.secondsText ?? "-", step.duration.secondsText,
                step.log.map { Int64($0.bytes).bytesText } ?? "-",
            ])
        }
        Terminal.output.line("\n" + steps.text)
        guard !record.outputImages.isEmpty else { return }
        var images = TextTable(["IMAGE", "DIGEST", "PUBLISHED"])
        for image in record.outputImages {
            images.add([image.name.reference, image.name.digest ?? "-", image.publication.rawValue])
        }
        Terminal.output.line("\n" + images.text)
    }
}

struct RunsLogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what the steps of a run wrote.",
        discussion: "stet runs logs 7 --step test")

    @Argument(help: "The run's id.") var id: String
    @Option(help: ArgumentHelp("Only this step, as it wrote it.", valueName: "id")) var step: String?

    func run() async throws {
        let record = try await RunsCommand.record(id)
        let folder = try RunsCommand.folder()
        guard let step else {
            for step in record.steps {
                Terminal.output.line("── \(step.id): \(step.status.rawValue)")
                try await write(step, of: record, in: folder)
            }
            return
        }
        guard let wanted = record.steps.first(where: { $0.id == step }) else {
            let names = record.steps.map(\.id).joined(separator: ", ")
            throw CommandFailure(
                "run \(id) has no step \"\(step)\"; it has \(names)", exitCode: CommandFailure.usage)
        }
        try await write(wanted, of: record, in: folder)
    }

    private func write(_ step: RunRecord.Step, of record: RunRecord, in folder: RunRecordFolder) async throws
    {
        let bytes = try await CommandFailure.asFailure {
            try await BlockingThread.run { try folder.log(of: step, in: record) }
        }
        Terminal.output.write(bytes ?? [])
    }
}

struct RunsDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete the records and logs of runs.",
        discussion: "stet runs delete 7 8")

    @Argument(help: "The runs' ids.") var ids: [String]

    func run() async throws {
        let folder = try RunsCommand.folder()
        for id in ids {
            _ = try await RunsCommand.record(id)
            _ = try await CommandFailure.asFailure { try await BlockingThread.run { try folder.delete(id) } }
            Terminal.error.line("deleted run \(id)")
        }
    }
}
