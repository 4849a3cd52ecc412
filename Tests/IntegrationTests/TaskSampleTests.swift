// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// Every sample of `tasks/`, against our registry and against another one.
@Suite(.timeLimit(.minutes(20))) struct TaskSampleTests {
    private let folder: TestFolder

    init() async throws {
        folder = try TestFolder()
        try await folder.makeBusybox()
    }

    private struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        var arguments: [String] = []
        /// Tags that the registry has afterwards, `repository:tag`.
        var tags: [String] = []
        /// What the log must say.
        var words: [String] = []
        var forbidden: [String] = []

        var testDescription: String { name }
    }

    private static let samples = [
        Sample(name: "hello-world", tags: ["hello-world:1"]),
        Sample(
            name: "several-tags",
            tags: ["several-tags:1", "several-tags:stable-1", "several-tags:commit-1"]),
        Sample(
            name: "build-test-push", tags: ["build-test-push:1"],
            words: ["[unit] 6", "[negative] -2", "[nothing] 0"]),
        Sample(name: "multi-arch", tags: ["multi-arch:1"]),
        Sample(
            name: "secrets-volume", arguments: ["--secret", "id=token,env=STET_TEST_TOKEN"],
            words: ["the token is ***"], forbidden: ["s3cr3t-t0ken"]),
        Sample(name: "server-and-client", words: ["[client] hello from the server"]),
        Sample(name: "retries", words: ["three tries, two ticks", "failed, which is ignored"]),
        Sample(
            name: "matrix", tags: ["matrix:1.0-1", "matrix:1.1-1", "matrix:2.0-1"],
            words: ["[test-1.1] version 1.1"]),
        Sample(
            name: "provenance", tags: ["provenance:1"], words: ["from 3 lines at commit", "built sha256:"]),
        Sample(
            name: "docker-commands", tags: ["docker-commands:1"], words: ["no daemon was needed"]),
        Sample(
            name: "certify-registry",
            words: ["[certify] Level reached:", "[registry] stopped"]),
        Sample(name: "conditions", words: ["[skip] nothing to do", "deploy  cmd    skipped"]),
    ]

    @Test(arguments: samples)
    private func theSampleRunsAgainstOurRegistry(_ sample: Sample) async throws {
        let folder = folder
        try await Peers.withStetServe(in: folder.path) { try await check(sample, in: folder, registry: $0) }
    }

    @Test(arguments: samples)
    private func theSampleRunsAgainstAnotherRegistry(_ sample: Sample) async throws {
        let folder = folder
        try await Peers.withDockerRegistry(in: folder.path) {
            try await check(sample, in: folder, registry: $0)
        }
    }

    private func check(_ sample: Sample, in folder: TestFolder, registry: String) async throws {
        let context = folder.path.appending("sample")
        // The sources are where the tests were compiled.
        let tasks = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .removingLastComponent()
            .appending("tasks")
        let copied = try await Program("cp")(
            "-R", tasks.appending(sample.name).string, context.string)
        #expect(copied.status == 0, "\(copied)")
        if sample.name == "hello-world" {
            try Folder.create(context.appending("bin"))
            try WholeFile.write(
                try WholeFile.read("/bin/busybox"), to: context.appending("bin").appending("busybox"),
                mode: 0o755)
        }
        if sample.name == "certify-registry" {
            let made = try await Program("sh")(
                context.appending("context.sh").string, Program.stetPath.string,
                tasks.removingLastComponent().appending("conformance").string)
            #expect(made.status == 0, "\(made)")
        }
        var stet = Program.stet(home: folder.path)
        stet.environment["STET_TEST_TOKEN"] = "s3cr3t-t0ken"
        let before = try Folder.names(in: context)
        let result = try await stet.run(
            ["run", "-f", context.appending("task.yaml").string, "--id", "1", "--registry", registry]
                + sample.arguments + [context.string])
        #expect(result.status == 0, "\(result)")
        for words in sample.words { #expect(result.errors.contains(words), "\(words) in \(result)") }
        for words in sample.forbidden {
            #expect(!result.errors.contains(words) && !result.output.contains(words))
            let leaks = try await Program("grep")("-r", words, folder.path.appending("state").string)
            #expect(leaks.status == 1, "\(leaks)")
        }
        for tag in sample.tags {
            let inspected = try await stet("inspect", "\(registry)/\(tag)")
            #expect(inspected.status == 0, "\(inspected)")
        }
        // The context stays as it was, whatever the steps wrote.
        #expect(try Folder.names(in: context) == before)
    }
}
