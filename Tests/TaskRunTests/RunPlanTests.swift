// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SourceText
import TaskFile
import TaskRun
import Testing

@Suite struct RunPlanTests {
    private func plan(_ steps: String) async throws -> RunPlan {
        let inputs = TaskInputs(
            run: RunVariables(id: "1", registry: "r.io", started: UTCTime(secondsSinceEpoch: 0)))
        let text = "version: v1.1.0\nsteps:\n\(steps)"
        return try RunPlan(try await TaskParser.load(text, file: "task.yaml", inputs: inputs))
    }

    private func build(_ step: String) async throws -> BuildAction? {
        guard case .build(let action)? = try await plan(step).steps.first?.action else { return nil }
        return action
    }

    @Test func aBuildIsUnderstoodWhole() async throws {
        let action = try #require(
            try await build(
                """
                - build: -t $Registry/a:$ID -t $Registry/a:1 -f d/x.Dockerfile --target t --build-arg V=1
                    --build-arg W --build-arg N --label k=v --label bare --platform linux/arm64 --pull src
                  workingDirectory: sub
                  env: [W=2]
                """))
        #expect(action.tags.map(\.description) == ["r.io/a:1"])
        #expect(action.context == .folder("sub/src"))
        #expect(action.dockerfile == "sub/d/x.Dockerfile")
        #expect(action.target == "t")
        #expect(action.arguments == ["V": "1", "W": "2"])
        #expect(action.labels == ["k": "v", "bare": ""])
        #expect(action.platforms.map(\.description) == ["linux/arm64"])
        #expect(action.pulls)
    }

    @Test(arguments: [
        ("- build: .", "."), ("- build: sub/..", "."), ("- build: /workspace/x", "x"),
        ("- {build: ., disableWorkingDirectoryOverride: true}", "."),
        ("- {build: .., workingDirectory: a/b}", "a"),
    ])
    func theFolderIsInTheContext(step: String, folder: String) async throws {
        #expect(try await build(step)?.context == .folder(folder))
    }

    @Test func aPushNamesEachImageOnce() async throws {
        let plan = try await plan("- push: [\"$Registry/app:7\", foo, \"foo:latest\", \"localhost:5000/x\"]")
        guard case .push(let action)? = plan.steps.first?.action else {
            Issue.record("no push step")
            return
        }
        #expect(
            action.images.map(\.description) == [
                "r.io/app:7", "docker.io/library/foo:latest", "localhost:5000/x:latest",
            ])
    }

    @Test func dependenciesComeWithThePlan() async throws {
        let plan = try await plan(
            "- {id: a, build: .}\n- {id: b, build: ., when: [\"-\"]}\n- {id: c, push: [x], when: [a, b]}")
        #expect(plan.steps.map { $0.dependencies.map(\.name).sorted() } == [[], [], ["a", "b"]])
    }

    @Test(arguments: [
        ("- build: -t A:1 .", "invalid reference \"A:1\": repository name \"library/A\"", 10),
        (
            "- build: -t a@sha256:\(String(repeating: "0", count: 64)) .",
            "invalid name for an image \"a@sha256:\(String(repeating: "0", count: 64))\": it has a digest", 10
        ),
        ("- push: [\"a:!\"]", "invalid reference \"a:!\"", 10),
        ("- build: oci://X", "invalid reference", 10),
        ("- build: \"-\"", "a build step has no standard input", 10),
        ("- build: ../x", "\"../x\" is outside the context of the run", 10),
        ("- build: -f /etc/passwd .", "\"/etc/passwd\" is outside the context of the run", 10),
        ("- build: --platform beos .", "invalid platform \"beos\"", 10),
    ])
    func whatCannotBeDoneIsRefusedBeforeAnythingIs(step: String, message: String, column: Int) async throws {
        let error = await #expect(throws: Diagnostics.self) { _ = try await plan(step) }
        let first = try #require(error?.all.first)
        #expect(error?.all.count == 1)
        #expect(first.message.hasPrefix(message), "\(first.message)")
        #expect(first.location == SourceLocation(file: "task.yaml", line: 3, column: column))
    }
}
