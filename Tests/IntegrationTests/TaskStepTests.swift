// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// Steps that run containers, as a person sees them.
@Suite(.timeLimit(.minutes(20))) struct TaskStepTests {
    private let folder: TestFolder

    init() async throws {
        folder = try TestFolder()
        try await folder.makeBusybox()
    }

    private func record(_ id: String = "1") throws -> JSONValue {
        let bytes = try WholeFile.read(folder.path.pushing(FilePath("state/stet/runs/\(id).json")))
        return try JSONDocument.decode(JSONValue.self, from: bytes, noun: "record")
    }

    @Test(arguments: [
        ("cmd: busybox echo a 'b  c'", "[s] a b  c"),
        ("cmd: busybox pwd", "[s] /workspace"),
        ("{id: s, cmd: busybox pwd, workingDirectory: x/y}", "[s] /workspace/x/y"),
        ("{id: s, cmd: busybox pwd, disableWorkingDirectoryOverride: true}", "[s] /"),
        ("{id: s, cmd: busybox id -u, user: \"1234\"}", "[s] 1234"),
        ("{id: s, cmd: busybox hello, entryPoint: echo}", "[s] hello"),
        ("{id: s, cmd: 'busybox sh -c \"echo $HOME\"'}", "[s] "),
        ("{id: s, cmd: \"busybox sh -c 'echo $HOME'\"}", "[s] /acb/home"),
        ("{id: s, cmd: \"-e A=1 busybox sh -c 'echo $A$B'\", env: [B=2]}", "[s] 12"),
        (
            "{id: s, cmd: busybox wc -c /run/k/a, volumeMounts: [{name: keys, mountPath: /run/k}]}",
            "[s] 7 /run/k/a"
        ),
        ("{id: s, cmd: \"busybox sh -c 'echo $(ls /sys/class/net)'\", network: none}", "[s] lo"),
        ("{id: s, cmd: \"--hostname box busybox hostname\"}", "[s] box"),
        ("{id: s, cmd: \"--tmpfs /t busybox sh -c 'echo x > /t/x && cat /t/x'\"}", "[s] x"),
    ])
    func aStepRunsAsItSays(step: String, line: String) async throws {
        let written = step.hasPrefix("{") ? step : "{id: s, \(step)}"
        let result = try await folder.run(
            steps: "volumes: [{name: keys, secret: {a: Y29udGVudA==}}]\nsteps:\n- \(written)")
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.split(separator: "\n").contains(Substring(line)), "\(result)")
    }

    @Test func theExitCodeIsInTheRecord() async throws {
        let result = try await folder.run(steps: "steps:\n- cmd: busybox sh -c 'exit 3'\n- cmd: busybox true")
        #expect(result.status == 1, "\(result)")
        let steps = try #require(try record()["steps"]?.array)
        #expect(steps.map { $0["exitCode"]?.integer } == [3, nil])
        #expect(steps[1]["status"] == .string("skipped"))
    }

    @Test func aProgramThatIsNotThereIsNamed() async throws {
        let result = try await folder.run(steps: "steps:\n- cmd: busybox no-such-program")
        #expect(result.status == 1 && result.errors.contains("no-such-program"), "\(result)")
        #expect(try record()["steps"]?.array?.first?["exitCode"]?.integer == 127)
    }

    @Test func aStepThatTakesTooLongIsKilledAndTheLimitIsNamed() async throws {
        let result = try await folder.run(steps: "steps:\n- {id: slow, cmd: busybox sleep 600, timeout: 1}")
        #expect(result.status == 1 && result.errors.contains("the step timed out after 1 s"), "\(result)")
        #expect(try record()["steps"]?.array?.first?["exitCode"]?.integer == 124)
    }

    @Test func theTimeLimitOfTheRunIsNamed() async throws {
        let result = try await folder.run(
            steps: "steps:\n- {id: slow, cmd: busybox sleep 600}", ["--timeout", "1"])
        #expect(result.status == 1 && result.errors.contains("the run timed out after 1 s"), "\(result)")
    }

    @Test func aDetachedContainerThatEndsEarlyIsNoticed() async throws {
        let result = try await folder.run(
            steps: """
                steps:
                - {id: server, cmd: "busybox sh -c 'exit 5'", detach: true}
                - cmd: busybox sleep 1
                """)
        #expect(result.status == 0, "\(result)")
        #expect(
            try record()["steps"]?.array?.first?["remark"]?.string
                == "the detached container ended early: the container exited with status 5")
    }

    @Test func theContextIsUntouchedUnlessItIsWorkedInPlace() async throws {
        let step = "steps:\n- cmd: busybox sh -c 'echo new > made; cat there'"
        let copied = try await folder.run(steps: step, files: ["there": "here"])
        #expect(copied.status == 0 && copied.errors.contains("here"), "\(copied)")
        #expect(WholeFile.size(folder.path.pushing("work/made")) == nil)
        let inPlace = try await folder.run(steps: step, id: "2", ["--in-place"])
        #expect(inPlace.status == 0, "\(inPlace)")
        #expect(try folder.text("work/made") == "new\n")
    }

    @Test func pipesNeedTheShellOfTheImage() async throws {
        let step = "steps:\n- cmd: busybox echo abc | tr a-c x-z"
        let refused = try await folder.run(steps: step)
        #expect(refused.status == 2 && refused.errors.contains("--agent-shell"), "\(refused)")
        let result = try await folder.run(steps: step, id: "2", ["--agent-shell"])
        #expect(result.status == 0 && result.errors.contains("xyz"), "\(result)")
    }

    @Test func oneCommandNeedsNoFile() async throws {
        let result = try await Program.stet(home: folder.path)(
            "run", "--cmd", "busybox echo hello", "/dev/null")
        #expect(result.status == 0 && result.errors.contains("] hello"), "\(result)")
    }

    @Test func aLogOfOneGibibyteIsKeptWithinItsLimit() async throws {
        let result = try await Program("bash").run(
            [
                "-c", #"cd "$0" && "$@""#, folder.path.string, "env",
            ] + environment + [
                "/usr/bin/time", "-f", "peak %M", Program.stetPath.string, "run", "--id", "big", "--no-logs",
                "--cmd",
                "busybox sh -c 'yes 0123456789abcdef0123456789abcdef | head -c 1073741824'", "/dev/null",
            ])
        #expect(result.status == 0, "\(result)")
        let peak = result.errors.split(separator: "\n").last { $0.hasPrefix("peak ") }
        let kilobytes = try #require(peak.flatMap { Int($0.dropFirst(5)) })
        #expect(kilobytes < 150 << 10)
        let log = try #require(try record("big")["steps"]?.array?.first?["log"])
        #expect(log["bytes"]?.integer == 1 << 30)
        let size = try await Program("du")("-sk", folder.path.pushing("state/stet/runs/logs").string)
        let used = try #require(size.output.split(separator: "\t").first.flatMap { Int($0) })
        #expect(used <= 65 << 10)
    }

    private var environment: [String] {
        Program.stet(home: folder.path).environment.map { "\($0.key)=\($0.value)" }
    }

    @Test func ctrlCLeavesNothingBehind() async throws {
        try folder.write(
            "steps:\n- {id: wait, cmd: \"busybox sh -c 'echo ready; sleep 98765'\"}\n", "work/task.yaml")
        let script = """
            mkfifo "$0/errors"; exe="$1"; shift; "$exe" "$@" 2>"$0/errors" & pid=$!
            while read -r line; do case "$line" in *"] ready"*) kill -INT $pid;; esac; done <"$0/errors"
            wait $pid
            """
        var shell = Program("bash")
        shell.environment = Program.stet(home: folder.path).environment
        let context = folder.path.appending("work").string
        let result = try await shell.run([
            "-c", script, folder.path.string, Program.stetPath.string, "run", "-f", "\(context)/task.yaml",
            "--id", "int", context,
        ])
        #expect(result.status == 130, "\(result)")
        #expect(try record("int")["steps"]?.array?.first?["status"] == .string("canceled"))
        let processes = try await Program("ps")("-eo", "args")
        #expect(!processes.output.contains("sleep 98765"))
        #expect(try Folder.names(in: folder.path.pushing("data/stet/work")).isEmpty)
    }
}
