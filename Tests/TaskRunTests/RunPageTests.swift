// SPDX-License-Identifier: Apache-2.0

import TaskFile
import TaskRun
import Testing

@Suite struct RunPageTests {
    private func record() async throws -> RunRecord {
        let clock = ManualClock()
        let executor = ScriptedExecutor(clock: clock, ["<b>": [.fail("it said <script>")]])
        let runner = TaskRunner(executor: executor, clock: clock, now: { 0 })
        return await runner.run(
            try plan([("a", []), ("<b>", ["a"]), ("c", ["<b>"])]), as: RunIdentity(id: "7", taskName: "t&t"))
    }

    @Test func everythingOnThePageIsText() async throws {
        let page = try RunPage.render(try await record()) { step in
            step.id == "a" ? Array("\u{1B}[31mred\u{1B}[0m <i> \u{1B}]0;title\u{07}end".utf8) : nil
        }
        #expect(page.contains("red &lt;i&gt; end"))
        #expect(page.contains("it said &lt;script&gt;") && page.contains("t&amp;t"))
        for markup in ["<script", "<b>:", "<i>", "\u{1B}"] { #expect(!page.contains(markup), "\(markup)") }
        #expect(page.contains("1 successful, 1 failed, 1 skipped"))
    }

    @Test func onlyWhatFailedSaysWhyAndStandsInFront() async throws {
        let page = try RunPage.render(try await record()) { _ in nil }
        #expect(page.components(of: "<pre class=\"error\">") == 2)
        #expect(page.components(of: "<details class=\"card step\" open>") == 1)
        #expect(page.components(of: "<details class=\"card step\">") == 2)
        let places = ["<h2>Failed</h2>", " open>", "<h2>Timeline</h2>", "<h2>Steps</h2>"].map {
            page.firstRange(of: $0)?.lowerBound ?? page.startIndex
        }
        #expect(places == places.sorted())
    }

    @Test func aPlanIsDrawnInLayers() throws {
        let plan = try plan([("build", []), ("x", ["build"]), ("yy", ["build"]), ("push", ["x", "yy"])])
        let text = PlanText.render(plan)
        #expect(
            text
                == """
                  1 ── build  build  an image without a name
                  2 ┬─ x      build  an image without a name  (after build)
                    └─ yy     build  an image without a name  (after build)
                  3 ── push   build  an image without a name  (after x, yy)

                """.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n"))
        let picture = PlanPicture.render(plan)
        #expect(picture.components(of: "<g transform") == 4 && picture.components(of: "class=\"edge\"") == 4)
    }
}

extension String {
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}

@Suite struct FolderWatchTests {
    @Test func aChangeDeepInAFolderIsSeen() async throws {
        let folder = try TestFolder()
        try folder.write("a", to: "deep/er/file")
        let watch = try FolderWatch(folder.path)
        async let change: Void = watch.change()
        try folder.write("b", to: "deep/er/file")
        try await change
    }

    @Test func waitingEndsWhenTheTaskIsCancelled() async throws {
        let folder = try TestFolder()
        let watch = try FolderWatch(folder.path)
        let task = Task { try await watch.change() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
