// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import Subprocess
import Synchronization
import SystemPackage
import Testing

/// What a run needs of the machine when there is much of something: steps, output, killed runs.
@Suite(.timeLimit(.minutes(20))) struct TaskReachTests {
    private let folder: TestFolder

    init() async throws {
        folder = try TestFolder()
        try await folder.makeBusybox()
    }

    @Test func twoHundredParallelStepsNeedFewThreads() async throws {
        let steps = (0..<200).map { "- {id: s\($0), cmd: busybox true, network: host, when: ['-']}" }
        let run = try await measured(steps: "steps:\n" + steps.joined(separator: "\n"))
        #expect(run.status == 0)
        #expect(run.threads > 0 && run.threads < 100, "\(run)")
        #expect(run.kilobytes < 150 << 10, "\(run)")
    }

    @Test func manyParallelStepsNeedNoHigherLimitOfOpenFiles() async throws {
        let steps = (0..<60).map { "- {id: s\($0), cmd: busybox true, network: host, when: ['-']}" }
        try folder.write("version: v1.1.0\nsteps:\n\(steps.joined(separator: "\n"))\n", "work/task.yaml")
        let context = folder.path.appending("work").string
        var shell = Program("bash")
        shell.environment = Program.stet(home: folder.path).environment
        let result = try await shell(
            "-c", "ulimit -S -n 128; exec \"$0\" run -f \"$1/task.yaml\" --id 1 \"$1\"",
            Program.stetPath.string,
            context)
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.split(separator: "\n").filter { $0.contains("] successful in ") }.count == 60)
    }

    @Test func aLogKeepsItsLimitAndMemoryStaysSmall() async throws {
        let run = try await measured(
            steps: "steps:\n- cmd: busybox dd if=/dev/zero bs=1M count=512", "--no-logs")
        #expect(run.status == 0)
        #expect(run.kilobytes < 150 << 10, "\(run)")
        let bytes = try WholeFile.read(folder.path.pushing("state/stet/runs/1.json"))
        let record = try JSONDocument.decode(JSONValue.self, from: bytes, noun: "record")
        let log = try #require(record["steps"]?.array?.first?["log"])
        let written = try #require(log["bytes"]?.integer)
        let omitted = try #require(log["omittedBytes"]?.integer)
        #expect(written > 512 << 20)
        #expect(written - omitted <= 64 << 20)
    }

    @Test func whatAKilledRunLeavesInTheFirewallGoesWithTheNextRun() async throws {
        try folder.write("", "work/none")
        let context = folder.path.appending("work").string
        let found = Mutex<String?>(nil)
        let command = "busybox sh -c 'hostname -i; sleep 1000'"
        let status = try await follow(["run", "--cmd", command, "--id", "1", context]) { line, process in
            guard let word = line.split(separator: " ").last, word.hasPrefix("10.83.") else { return }
            found.withLock { $0 = String(word) }
            kill(process, SIGKILL)
        }
        #expect(status == 128 + SIGKILL)
        let address = try #require(found.withLock { $0 })
        let mark = "--comment stet\(address.split(separator: ".")[2]) "
        #expect(try await rules().contains(mark))
        let after = try await folder.run(steps: "steps:\n- {cmd: busybox true, network: none}", id: "2")
        #expect(after.status == 0, "\(after)")
        #expect(try await !rules().contains(mark))
    }

    private func rules() async throws -> String {
        let iptables = Program("iptables")
        return try await iptables("-t", "nat", "-S").output + iptables("-t", "filter", "-S").output
    }

    // MARK: Measuring

    private struct Measured: CustomStringConvertible {
        var status: Int32 = -1
        /// The most that there were at a time.
        var threads = 0
        var kilobytes = 0

        var description: String { "status \(status), \(threads) threads, \(kilobytes) kB" }

        /// Reads `/proc/PID/status`.
        mutating func take(_ text: String) {
            for line in text.split(separator: "\n") {
                let words = line.split(whereSeparator: \.isWhitespace)
                guard words.count > 1, let value = Int(words[1]) else { continue }
                if words[0] == "Threads:" { threads = max(threads, value) }
                if words[0] == "VmHWM:" { kilobytes = max(kilobytes, value) }
            }
        }
    }

    /// Runs a task, and looks at the process with each line that it says: with the last one, too.
    private func measured(steps: String, _ arguments: String...) async throws -> Measured {
        try folder.write("version: v1.1.0\n\(steps)\n", "work/task.yaml")
        let context = folder.path.appending("work").string
        let measured = Mutex(Measured())
        let status = try await follow(
            ["run", "-f", "\(context)/task.yaml", "--id", "1"] + arguments + [context]
        ) { _, process in
            let bytes = try? WholeFile.read(FilePath("/proc/\(process)/status"))
            measured.withLock { $0.take(String(decoding: bytes ?? [], as: UTF8.self)) }
        }
        measured.withLock { $0.status = status }
        return measured.withLock { $0 }
    }

    /// Runs stet and tells of each line of its errors while it is at work.
    private func follow(
        _ arguments: [String], _ take: @escaping @Sendable (String, pid_t) -> Void
    ) async throws -> Int32 {
        let stet = Program.stet(home: folder.path)
        let result = try await Subprocess.run(
            stet.executable, arguments: Arguments(arguments), environment: stet.wholeEnvironment,
            input: .none, output: .discarded, error: .sequence
        ) { execution in
            for try await line in execution.standardError.strings() {
                take(line, execution.processIdentifier.value)
            }
        }
        switch result.terminationStatus {
        case .exited(let code): return code
        case .signaled(let number): return 128 + number
        }
    }
}

extension Program {
    /// What it is started with.
    fileprivate var wholeEnvironment: Subprocess.Environment {
        var updates: [Subprocess.Environment.Key: String?] = [:]
        for (name, value) in environment {
            if let key = Subprocess.Environment.Key(rawValue: name) { updates[key] = value }
        }
        return .inherit.updating(updates)
    }
}
