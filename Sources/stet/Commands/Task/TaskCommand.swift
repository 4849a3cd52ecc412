// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import OCISpec
import TaskRun

/// `stet task`: what concerns a task between its runs.
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Find out which tasks have to run again.",
        discussion: "stet task check-updates", subcommands: [TaskUpdatesCommand.self])
}

struct TaskUpdatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-updates",
        abstract: "Tell which base images have moved since the runs that used them.",
        discussion: """
            stet task check-updates || stet run -f task.yaml .

            Looks at the newest successful run of each task, or at the runs that are named.
            Exit status: 0 nothing has moved, 1 something has, 3 it could not be found out.
            """)

    @Argument(help: "Ids of runs; the newest of each task unless given.") var ids: [String] = []
    @Option(help: "How to print the result: text or json.") var format = ResultFormat.text
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let records = try await self.records()
        let check = BaseImageCheck(try connection.connector())
        var findings: [BaseImageCheck.Finding] = []
        for record in records {
            findings += try await CommandFailure.asFailure {
                try await Interruption.watch { await check.check(record) }
            }
        }
        switch format {
        case .json: Terminal.output.write(try JSONDocument.pretty(findings))
        case .text: show(findings)
        }
        if findings.contains(where: { $0.state == .moved || $0.state == .gone }) { throw CommandFailure() }
        if findings.contains(where: { $0.state == .unknown }) {
            throw CommandFailure(exitCode: CommandFailure.inconclusive)
        }
    }

    private func records() async throws -> [RunRecord] {
        guard ids.isEmpty else {
            var records: [RunRecord] = []
            for id in ids { records.append(try await RunsCommand.record(id)) }
            return records
        }
        let folder = try RunsCommand.folder()
        let all = try await CommandFailure.asFailure { try await BlockingThread.run { try folder.newest() } }
        var tasks: Set<String> = []
        return all.compactMap(\.record).filter { $0.status == .succeeded && tasks.insert($0.task).inserted }
    }

    private func show(_ findings: [BaseImageCheck.Finding]) {
        guard !findings.isEmpty else {
            return Terminal.error.line("no run has built from an image that can move")
        }
        var table = TextTable(["TASK", "RUN", "IMAGE", "STATE", "NOW"])
        for finding in findings {
            table.add([
                finding.task, finding.run, finding.image, finding.state.rawValue,
                finding.currentDigest ?? finding.reason ?? "-",
            ])
        }
        Terminal.output.line(table.text)
    }
}
