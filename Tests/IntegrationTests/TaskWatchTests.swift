// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

/// `stet run --watch`, as a person at a terminal uses it.
@Suite(.timeLimit(.minutes(20))) struct TaskWatchTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try folder.write("steps:\n- {id: b, build: -t r.io/app:1 .}\n", "work/task.yaml")
        try folder.write("FROM scratch\nCOPY text /\n", "work/Dockerfile")
        try folder.write("one", "work/sub/text")
        try folder.write("one", "work/text")
    }

    /// Runs until Ctrl-C; `onWatching` is what a shell does at the N-th time that the command waits.
    private func watch(_ onWatching: [String]) async throws -> ProgramResult {
        let cases = onWatching.enumerated().map { "\($0 + 1)) \($1) ;;" }.joined(separator: " ")
        let script = """
            mkfifo "$0/errors"; cd "$0/work"; "$@" 2>"$0/errors" & pid=$!
            count=0
            while read -r line; do echo "$line" >&2; case "$line" in
              watching*) count=$((count + 1)); case $count in \(cases) esac ;;
            esac; done <"$0/errors"
            wait $pid
            """
        var shell = Program("bash")
        shell.environment = Program.stet(home: folder.path).environment
        return try await shell.run([
            "-c", script, folder.path.string, Program.stetPath.string, "run", "-f", "task.yaml", "--watch",
            ".",
        ])
    }

    private func count(_ text: String, in result: ProgramResult) -> Int {
        result.errors.split(separator: "\n").count { $0.contains(text) }
    }

    @Test func eachChangeIsARunAndCtrlCEnds() async throws {
        let result = try await watch([
            "echo two > text", "echo three > sub/text", "mkdir new; echo x > new/file", "kill -INT $pid",
        ])
        #expect(result.status == 130, "\(result)")
        #expect(count("succeeded", in: result) >= 4, "\(result)")
        #expect(count("watching", in: result) >= 4, "\(result)")
    }

    @Test func aRunThatFailsIsNoEnd() async throws {
        let result = try await watch([
            "echo 'COPY none /' >> Dockerfile", "echo 'FROM scratch\nCOPY text /' > Dockerfile",
            "kill -INT $pid",
        ])
        #expect(result.status == 130, "\(result)")
        #expect(count("failed in", in: result) >= 1 && count("succeeded in", in: result) >= 2, "\(result)")
    }

    @Test func aTaskFileThatIsWrongIsReadAgain() async throws {
        let result = try await watch([
            "echo 'steps: [{cmd: a, push: [b]}]' > task.yaml",
            "echo 'steps: [{build: -t r.io/app:1 .}]' > task.yaml", "kill -INT $pid",
        ])
        #expect(result.status == 130, "\(result)")
        #expect(count("task.yaml:1:9: error:", in: result) >= 1 && count("succeeded in", in: result) >= 2)
    }
}
