// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// What is left of runs, and what is said of tasks without running them.
@Suite(.timeLimit(.minutes(20))) struct TaskRecordTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private var stet: Program { .stet(home: folder.path) }

    private let steps = """
        steps:
        - {id: build, build: -t r.io/app:1 .}
        - {id: bad, push: [r.io/none:1]}
        - {id: late, build: .}
        """

    private func run(_ arguments: [String] = []) async throws -> ProgramResult {
        try await folder.run(
            steps: steps, arguments, files: ["Dockerfile": "FROM scratch\nCOPY task.yaml /\n"])
    }

    @Test func runsAreListedShownAndDeleted() async throws {
        #expect(try await run().status == 1)
        let list = try await stet("runs", "list")
        #expect(list.status == 0 && list.output.contains("failed"), "\(list)")
        let json = try await stet("runs", "list", "--format", "json")
        let records = try JSONDocument.decode([JSONValue].self, from: Array(json.output.utf8), noun: "list")
        #expect(records.map { $0["id"] } == [.string("1")])
        let shown = try await stet("runs", "show", "1")
        for words in ["build  build  successful", "late   build  skipped", "no such image"] {
            #expect(shown.output.contains(words), "\(words) in \(shown)")
        }
        let logs = try await stet("runs", "logs", "1", "--step", "bad")
        #expect(logs.output.contains("r.io/none:1"), "\(logs)")
        #expect(try await stet("runs", "logs", "1", "--step", "none").status == 2)
        #expect(try await stet("runs", "delete", "1").status == 0)
        #expect(try await stet("runs", "show", "1").status == 2)
        #expect(try Folder.names(in: folder.path.pushing("state/stet/runs/logs")).isEmpty)
    }

    @Test func aPageOfARunNeedsNothingElse() async throws {
        _ = try await run()
        let page = try await stet("runs", "show", "1", "--html")
        #expect(page.status == 0 && page.output.hasPrefix("<!doctype html>"), "\(page.errors)")
        #expect(page.output.contains("<svg") && page.output.contains("no such image in the local store"))
        for link in ["src=", "href=", "url(", "http://", "@import"] {
            #expect(!page.output.replacing("http://www.w3.org/2000/svg", with: "").contains(link), "\(link)")
        }
    }

    @Test func eventsAreOneJSONObjectALine() async throws {
        let result = try await run(["--log-format", "json"])
        let lines = result.errors.split(separator: "\n").filter { $0.hasPrefix("{") }
        let events = try lines.map {
            try JSONDocument.decode(JSONValue.self, from: Array($0.utf8), noun: "event")
        }
        let names = events.compactMap { $0["event"]?.string }
        #expect(names.first == "run.started" && names.last == "run.finished", "\(result)")
        #expect(names.contains("step.started") && names.contains("step.build"))
        #expect(events.last?["record"]?["status"] == .string("failed"))
    }

    @Test func aPlanIsDrawnAndNothingIsDone() async throws {
        let text = try await run(["--plan"])
        #expect(text.status == 0 && text.output.contains("bad    push   r.io/none:1"), "\(text)")
        let picture = try await run(["--plan-format", "svg"])
        #expect(picture.output.hasPrefix("<svg") && picture.output.hasSuffix("</svg>\n"), "\(picture)")
        #expect(!Folder.isFolder(folder.path.pushing("state/stet/runs")))
        #expect(WholeFile.size(folder.path.pushing("data/stet/store/index.json")) == nil)
    }

    @Test func baseImagesThatMovedAreFound() async throws {
        let folder = folder
        let stet = stet
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            let base =
                "steps:\n- {build: -t \(registry)/base:1 -f base.Dockerfile .}\n- {push: [\"\(registry)/base:1\"]}"
            let files = ["base.Dockerfile": "FROM scratch\nCOPY text /\n", "text": "one"]
            #expect(
                try await folder.run(steps: base, id: "b1", ["--name", "base"], files: files).status == 0)
            let app = "steps:\n- {build: -t \(registry)/app:1 -f app.Dockerfile .}"
            let built = try await folder.run(
                steps: app, id: "a1", ["--name", "app"],
                files: ["app.Dockerfile": "FROM \(registry)/base:1\nCOPY text /copy\n"])
            #expect(built.status == 0, "\(built)")
            let same = try await stet("task", "check-updates", "a1")
            #expect(same.status == 0 && same.output.contains("current"), "\(same)")
            _ = try await folder.run(steps: base, id: "b2", ["--name", "base"], files: ["text": "two"])
            let moved = try await stet("task", "check-updates", "a1", "--format", "json")
            #expect(moved.status == 1 && moved.output.contains("\"moved\""), "\(moved)")
        }
    }

    @Test(arguments: [
        (["--timeout", "0"], "--timeout"), (["--jobs", "0"], "--jobs"),
        (["--platform", "windows/amd64"], "Linux"),
        (["--log-format", "xml"], "xml"), (["--secret", "token"], "id=token"),
    ])
    func aFlagThatMakesNoSenseIsRefused(arguments: [String], words: String) async throws {
        let result = try await run(arguments)
        #expect(result.status == 2 && result.errors.contains(words), "\(result)")
    }
}
