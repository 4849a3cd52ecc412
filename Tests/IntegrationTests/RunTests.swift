// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// `stet run` as a person sees it, with the embedded registry.
@Suite struct RunTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    private func record(_ id: String) throws -> JSONValue {
        let bytes = try WholeFile.read(folder.path.pushing(FilePath("state/stet/runs/\(id).json")))
        return try JSONDocument.decode(JSONValue.self, from: bytes, noun: "record")
    }

    @Test func aPublishedTagStandsAndTheSameContentIsNoError() async throws {
        let context = try folder.makeContext("first")
        let arguments = ["run", "-f", context.appending("task.yaml").string, "--id", "1", context.string]
        let first = try await stet.run(arguments)
        #expect(first.status == 0, "\(first)")
        let digest = try #require(try record("1")["outputImages"]?.array?.first?["digest"]?.string)
        #expect(first.output.contains(digest))

        _ = try folder.makeContext("second")
        let second = try await stet.run(arguments)
        #expect(second.status == 1, "\(second)")
        for words in ["/team/app:1", "409 DENIED", "immutable tag", digest, "registry", "what next"] {
            #expect(second.errors.contains(words), "\(words) in \(second)")
        }
        #expect(try record("1")["status"] == .string("failed"))

        _ = try folder.makeContext("first")
        let third = try await stet.run(arguments)
        #expect(third.status == 0, "\(third)")
        #expect(third.errors.contains("already published") && third.output.contains(digest))
        #expect(try record("1")["outputImages"]?.array?.first?["digest"]?.string == digest)
    }

    @Test func theRecordHasStepsStatusAndDurations() async throws {
        let context = try folder.makeContext()
        let result = try await stet.run([
            "run", "-f", context.appending("task.yaml").string, "--id", "r", context.string,
        ])
        #expect(result.status == 0, "\(result)")
        let record = try record("r")
        let steps = try #require(record["steps"]?.array)
        #expect(steps.map { $0["id"] } == [.string("build"), .string("push")])
        #expect(steps.allSatisfy { $0["status"] == .string("successful") })
        #expect(steps.allSatisfy { if case .number = $0["duration"] { true } else { $0["duration"] != nil } })
        #expect(record["status"] == .string("succeeded"))
    }

    @Test func twoRunsAtTheSameTimeShareTheEmbeddedRegistry() async throws {
        let context = try folder.makeContext("racing")
        let stet = stet
        let results = try await withThrowingTaskGroup(of: ProgramResult.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await stet.run([
                        "run", "-f", context.appending("task.yaml").string, "--id", "same", context.string,
                    ])
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // The same content under one tag from four processes: each of them succeeds.
        for result in results { #expect(result.status == 0, "\(result)") }
        let earlier = try Folder.names(in: folder.path.pushing(FilePath("state/stet/runs/earlier/same")))
        #expect(earlier == ["1.json", "2.json", "3.json"])
    }

    @Test(arguments: [
        ("steps:\n  - bild: .\n", "task.yaml:2"),  // an unknown key, and so no type
        ("steps:\n  - {id: a, build: '-t x .'}\n  - {id: b, build: ., when: [c]}\n", "\"c\""),
        ("steps:\n  - cmd: docker swarm init\n", "docker swarm is not served"),
        ("steps: [\n", "task.yaml"),
        ("version: v9\nsteps: []\n", "v1.1.0"),
        ("steps:\n  - build: '-t x -f missing.Dockerfile .'\n", "missing.Dockerfile"),
        ("steps:\n  - push: [nowhere/app:1]\n", "nowhere/app:1"),
    ])
    func aTaskThatCannotRunSaysWhereAndLeavesEverythingAsItWas(task: String, place: String) async throws {
        let context = try folder.makeContext()
        try folder.write(task, "context/task.yaml")
        let before = try Folder.names(in: context)
        let result = try await stet.run([
            "run", "-f", context.appending("task.yaml").string, "--id", "1", context.string,
        ])
        #expect(result.status == 1 || result.status == 2, "\(result)")
        #expect(result.errors.contains(place), "\(result)")
        #expect(try Folder.names(in: context) == before)
    }

    @Test(arguments: [
        ("FORM scratch\n", "did you mean FROM"),
        ("FROM scratch\nCOPY nothing /\n", "Dockerfile:2"),
        ("FROM scratch\nRUN true\n", "Dockerfile:2"),
        ("FROM scratch\nCOPY --form=x a /\n", "Dockerfile:2"),
        ("", "Dockerfile"),
        ("FROM 127.0.0.1:1/no/such:image\n", "127.0.0.1:1"),
    ])
    func aDockerfileThatCannotBeBuiltSaysWhere(dockerfile: String, place: String) async throws {
        let context = try folder.makeContext()
        try folder.write(dockerfile, "context/Dockerfile")
        let result = try await stet("build", "-t", "app:1", context.string)
        // 2 is for what was asked, 1 for what went wrong.
        #expect(
            result.status == (dockerfile.contains(":image") || dockerfile.contains("RUN") ? 1 : 2),
            "\(result)")
        #expect(result.errors.contains(place), "\(result)")
        let index = try folder.text("data/stet/store/index.json")
        #expect(!index.contains("ref.name"), "\(index)")
    }

    @Test(arguments: [
        ["run", "-f", "/nonexistent/task.yaml", "/tmp"],
        ["run", "-f", "task.yaml", "/nonexistent"],
        ["run", "--registry", "a b", "/tmp"],
        ["push", "oci:/nonexistent:1", "localhost:1/app:1"],
        ["build", "-t", "UPPER", "/tmp"],
        ["certify", "--profile", "nonsense"],
        ["certify", "--only", "nonsense"],
        ["certify", "--require", "nonsense"],
        ["certify", "registry.example"],  // not on this machine, and no --yes
        ["serve", "--listen", "nowhere"],
        ["run", "--id", "", "/tmp"],
        ["run", "--id", "a b", "/tmp"],
        ["run", "--id", String(repeating: "a", count: 300), "/tmp"],
        ["build", "-t", "app@sha256:\(String(repeating: "0", count: 64))", "/tmp"],
        ["nonsense"],
    ])
    func aCommandThatCannotBeMeantEndsWithStatus2(arguments: [String]) async throws {
        let result = try await stet.run(arguments)
        #expect(result.status == 2, "\(result)")
        #expect(!result.errors.isEmpty)
    }

    @Test func anUnreachableRegistryIsOneClearError() async throws {
        let context = try folder.makeContext()
        let result = try await stet.run([
            "run", "-f", context.appending("task.yaml").string, "--registry", "127.0.0.1:1", "--id", "1",
            context.string,
        ])
        #expect(result.status == 1 && result.errors.contains("127.0.0.1:1"), "\(result)")
    }

    @Test func theProgramNeedsNoSwiftRuntime() async throws {
        let libraries = try await Program("ldd")(Program.stetPath.string)
        #expect(libraries.status == 0 && !libraries.output.contains("swift"), "\(libraries)")
    }

    @Test(arguments: [
        ("XDG_STATE_HOME", "/proc/x", "cannot make folder /proc/x"),
        ("SOURCE_DATE_EPOCH", "99999999999999", "year 9999"), ("SOURCE_DATE_EPOCH", "-1", "since 1970"),
    ])
    func aSettingThatCannotBeIsRefusedBeforeTheFirstStep(
        variable: String, value: String, words: String
    ) async throws {
        let context = try folder.makeContext()
        var stet = stet
        stet.environment[variable] = value
        let result = try await stet.run([
            "run", "-f", context.appending("task.yaml").string, "--id", "1", context.string,
        ])
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.hasPrefix("stet: ") && result.errors.contains(words), "\(result)")
        let index = (try? folder.text("data/stet/store/index.json")) ?? ""
        #expect(!index.contains("ref.name"), "\(index)")
    }

    @Test func withoutAHomeThePlaceIsAskedFor() async throws {
        let context = try folder.makeContext()
        var stet = stet
        stet.environment = stet.environment.mapValues { _ in "" }  // the same as not set
        let result = try await stet("build", "-t", "app:1", context.string)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("set HOME or XDG_DATA_HOME"), "\(result)")
    }

    @Test func aTerminalThatGoesAwayLeavesARecord() async throws {
        let context = try folder.makeContext()
        try folder.write(
            "steps:\n- {build: -f missing.Dockerfile ., retries: 1, retryDelay: 600}\n", "context/task.yaml")
        // The signal comes when the step waits for its second try.
        let script = """
            mkfifo "$0/errors"; exe="$1"; shift; "$exe" "$@" 2>"$0/errors" & pid=$!
            while read -r line; do case "$line" in *"again in"*) kill -HUP $pid;; esac; done <"$0/errors"
            wait $pid
            """
        var shell = Program("bash")
        shell.environment = stet.environment
        let result = try await shell.run([
            "-c", script, folder.path.string, Program.stetPath.string, "run", "-f",
            context.appending("task.yaml").string, "--id", "hup", context.string,
        ])
        #expect(result.status == 129, "\(result)")
        #expect(try record("hup")["status"] == .string("canceled"))
    }
}
