// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import Synchronization
import SystemPackage
import TaskFile
import TaskRun
import Testing

/// Whole runs: task text to images in a registry.
@Suite struct ImageStepTests {
    private let registry = WriteOnceRegistry()
    private let context: TestFolder
    private let storeFolder: TestFolder
    private let store: ImageLayout

    init() throws {
        context = try TestFolder()
        storeFolder = try TestFolder()
        store = try ImageLayout(creating: storeFolder.path.appending("store"))
        try context.write("FROM scratch\nCOPY greeting /\n", to: "Dockerfile")
        try context.write("hello\n", to: "greeting")
    }

    private let task = """
        version: v1.1.0
        steps:
        - build: -t $Registry/team/app:$ID .
        - push: ["$Registry/team/app:$ID"]
        """

    private func run(
        _ text: String, events: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunRecord {
        let variables = RunVariables(
            id: "7", registry: "r.io", started: UTCTime(secondsSinceEpoch: 0))
        let document = try await TaskParser.load(
            text, file: "task.yaml", inputs: TaskInputs(run: variables))
        let executor = ImageStepExecutor(
            store: store, registries: RegistryConnector(over: registry, credentials: { _ in nil }),
            context: RunContext(folder: context.path, commit: "abc"))
        let runner = TaskRunner(
            executor: executor, clock: ContinuousClock(), now: { 0 }, events: events)
        return await runner.run(try RunPlan(document), as: RunIdentity(id: "7", taskName: "t"))
    }

    @Test func whatIsBuiltIsPublished() async throws {
        let record = try await run(task)
        #expect(record.error == nil)
        let digest = try #require(registry.digest("team/app", "7"))
        #expect(try store.resolve("r.io/team/app:7")?.digest == digest)
        #expect(record.outputImages.map(\.name.digest) == [digest.description])
        #expect(record.outputImages.map(\.publication) == [.published])
        #expect(record.dependencies.map(\.image?.reference) == ["r.io/team/app:7"])
        #expect(record.dependencies.map(\.git.headRevision) == ["abc"])
        #expect(record.dependencies.first?.runtime == nil)
    }

    @Test func theSameContentIsAlreadyPublishedAndTheRunSucceeds() async throws {
        _ = try await run(task)
        let news = Mutex<[Reference]>([])
        let record = try await run(task) { event in
            if case .step(_, .alreadyPublished(let image, _)) = event { news.withLock { $0.append(image) } }
        }
        #expect(record.status == .succeeded)
        #expect(record.outputImages.map(\.publication) == [.already])
        #expect(news.withLock { $0.map(\.description) } == ["r.io/team/app:7"])
    }

    @Test func otherContentUnderTheSameTagIsRefusedAndTheTagStands() async throws {
        _ = try await run(task)
        let standing = try #require(registry.digest("team/app", "7"))
        try context.write("other\n", to: "greeting")
        let record = try await run(task)
        #expect(record.status == .failed)
        #expect(record.steps.map(\.status) == [.successful, .failed])
        let error = try #require(record.steps[1].error)
        #expect(error.contains("immutable tag: team/app:7 already exists"))
        #expect(error.contains(standing.description))
        #expect(registry.digest("team/app", "7") == standing)
        #expect(record.outputImages.map(\.publication) == [.no])
    }

    @Test func imagesThatWerePublishedBeforeARefusalAreReported() async throws {
        _ = try await run(task)
        try context.write("other\n", to: "greeting")
        let record = try await run(
            """
            version: v1.1.0
            steps:
            - build: -t $Registry/team/app:7 -t $Registry/team/app:8 .
            - push: ["$Registry/team/app:8", "$Registry/team/app:7"]
            """)
        #expect(record.status == .failed)
        #expect(
            record.outputImages.map { "\($0.name.tag ?? "") \($0.publication.rawValue)" } == [
                "7 no", "8 published",
            ])
    }

    @Test func aBaseImageComesFromTheStoreOrElseFromItsRegistry() async throws {
        _ = try await run(task)
        let base = try #require(registry.digest("team/app", "7"))
        try context.write("FROM r.io/team/app:7\nCOPY greeting /again\n", to: "next/Dockerfile")
        let next = "version: v1.1.0\nsteps:\n- build: -t $Registry/next:1 -f next/Dockerfile ."
        let local = try await run(next)
        #expect(local.error == nil)
        #expect(local.dependencies.first?.runtime?.digest == base.description)
        try await store.untag("r.io/team/app:7")
        let remote = try await run(next)
        #expect(remote.error == nil)
        #expect(remote.dependencies == local.dependencies)
        #expect(try store.resolve("r.io/team/app:7")?.digest == base)
    }

    @Test(arguments: [
        ("- push: [r.io/none:1]", "r.io/none:1: there is no such image in the local store"),
        ("- build: -f gone.Dockerfile .", "gone.Dockerfile"), ("- build: gone", "gone"),
        ("- build: -f bad.Dockerfile .", "bad.Dockerfile:2:1: error:"),
        ("- build: -f base.Dockerfile .", "base.Dockerfile:1:6: error: cannot get the image r.io/none:1"),
    ])
    func aStepThatCannotBeDoneFailsWithItsReason(step: String, message: String) async throws {
        try context.write("FROM scratch\nCOPPY a b\n", to: "bad.Dockerfile")
        try context.write("FROM r.io/none:1\n", to: "base.Dockerfile")
        let record = try await run("steps:\n\(step)")
        #expect(record.steps.map(\.status) == [.failed])
        #expect(record.steps[0].error?.contains(message) == true, "\(record.steps[0].error ?? "")")
        #expect(try store.names().isEmpty)
    }
}
