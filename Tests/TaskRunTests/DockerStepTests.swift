// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryClient
import Synchronization
import SystemPackage
import TaskFile
import TaskRun
import Testing

/// `cmd: docker …` about images, which needs no containers.
@Suite struct DockerStepTests {
    private let registry = WriteOnceRegistry()
    private let folder: TestFolder
    private let store: ImageLayout

    init() throws {
        folder = try TestFolder()
        store = try ImageLayout(creating: folder.path.appending("store"))
        try folder.write(
            "FROM scratch\nCOPY greeting /\nENV A=1 B=2\nLABEL l=m\nCMD [\"x\"]\n", to: "context/Dockerfile")
        try folder.write("hello\n", to: "context/greeting")
    }

    /// What the commands wrote, by step.
    private final class Written: Sendable {
        private let texts = Mutex<[String: String]>([:])

        func take(_ event: RunEvent) {
            guard case .step(let id, .wrote(let bytes, _)) = event else { return }
            texts.withLock { $0[id.name, default: ""] += String(decoding: bytes, as: UTF8.self) }
        }

        func lines(_ step: String) -> [String] {
            texts.withLock { ($0[step] ?? "").split(separator: "\n").map(String.init) }
        }
    }

    private func run(_ commands: [String]) async throws -> (record: RunRecord, written: Written) {
        let steps = commands.enumerated().map { number, command in
            // A task file is a template itself.
            let escaped = command.replacing("{{", with: "{{`{{`}}")
            return "- id: s\(number + 1)\n  cmd: >-\n    docker \(escaped)\n"
        }
        let variables = RunVariables(id: "7", registry: "r.io", started: UTCTime(secondsSinceEpoch: 0))
        let document = try await TaskParser.load(
            "version: v1.0.0\nsteps:\n" + steps.joined(), file: "task.yaml",
            inputs: TaskInputs(run: variables))
        let registries = RegistryConnector(over: registry, credentials: { _ in nil })
        let context = folder.path.appending("context")
        let site = ContainerSite(
            rootFolder: folder.path.appending("roots"), store: store, registries: registries,
            folder: try RunFolder(in: folder.path, .inPlace(context)),
            credentials: RunCredentials { _ in nil })
        let executor = TaskStepExecutor(
            images: ImageStepExecutor(
                store: store, registries: registries, context: RunContext(folder: context)),
            containers: site)
        let written = Written()
        let runner = TaskRunner(
            executor: executor, clock: ContinuousClock(), now: { 0 }, events: { written.take($0) })
        let record = await runner.run(try RunPlan(document), as: RunIdentity(id: "7", taskName: "t"))
        return (record, written)
    }

    @Test func imagesAreListedInspectedAndUntagged() async throws {
        let (record, written) = try await run([
            "build -t r.io/app:1 .", "tag r.io/app:1 r.io/app:2", "images",
            "images --digests --format '{{.Repository}} {{.Tag}} {{.Digest}}' r.io/app:2",
            "images -q r.io/app",
            "inspect -f '{{.Id}} {{json .Config.Cmd}} {{.Config.Labels.l}} {{len .RepoTags}}' r.io/app:1",
            "rmi r.io/app:2", "images --format '{{.Tag}}' --filter label=l=m", "images --filter label=l=n -q",
        ])
        #expect(record.error == nil)
        let digest = try #require(try store.resolve("r.io/app:1")?.digest)
        #expect(written.lines("s3").first?.hasPrefix("REPOSITORY   TAG") == true, "\(written.lines("s3"))")
        #expect(written.lines("s4") == ["r.io/app 2 \(digest)"])
        #expect(written.lines("s5") == Array(repeating: String(digest.encoded.prefix(12)), count: 2))
        #expect(written.lines("s6") == [#"\#(digest) ["x"] m 2"#])
        #expect(written.lines("s8") == ["1"] && written.lines("s9").isEmpty)
    }

    @Test func anImageIsNamedByTheBeginningOfItsDigest() async throws {
        _ = try await run(["build -t r.io/app:1 ."])
        let digest = try #require(try store.resolve("r.io/app:1")?.digest)
        let (record, _) = try await run([
            "tag \(digest.encoded.prefix(12)) r.io/app:3", "inspect \(digest)",
        ])
        #expect(record.error == nil)
        #expect(try store.resolve("r.io/app:3")?.digest == digest)
    }

    @Test func imagesOfOtherPlatformsMakeAnIndex() async throws {
        let (record, written) = try await run([
            "build -t r.io/app:amd --platform linux/amd64 .",
            "build -t r.io/app:arm --platform linux/arm64 .",
            "push r.io/app:arm", "rmi r.io/app:arm",
            // One is here, the other one in its registry.
            "manifest create r.io/app:all r.io/app:amd r.io/app:arm",
            "manifest annotate --arch arm --variant v7 r.io/app:all r.io/app:amd",
            "manifest inspect r.io/app:all",
            "manifest push --purge r.io/app:all",
        ])
        #expect(record.error == nil)
        let index = try JSONDocument.decode(
            ImageIndex.self, from: Array(written.lines("s7").joined().utf8), noun: "index")
        #expect(index.manifests.compactMap { $0.platform?.description } == ["linux/arm/v7", "linux/arm64"])
        #expect(registry.digest("app", "all") != nil)
        #expect(try store.resolve("r.io/app:all") == nil)
    }

    @Test func anIndexGrowsOnlyWhenItIsAskedTo() async throws {
        let (record, _) = try await run([
            "build -t r.io/app:amd --platform linux/amd64 .",
            "build -t r.io/app:arm --platform linux/arm64 .",
            "manifest create r.io/app:all r.io/app:amd", "manifest create --amend r.io/app:all r.io/app:arm",
            "manifest create r.io/app:one r.io/app:all", "manifest rm r.io/app:one",
        ])
        #expect(record.error == nil)
        let found = try #require(try store.resolve("r.io/app:all"))
        let bytes = try store.bytes(of: found, limitBytes: 1 << 20)
        #expect(try JSONDocument.decode(ImageIndex.self, from: bytes, noun: "index").manifests.count == 2)
        #expect(try store.resolve("r.io/app:one") == nil)
    }

    @Test(arguments: [
        ("inspect r.io/none:1", "the local store has no image \"r.io/none:1\""),
        ("rmi r.io/none:1", "the local store has no image \"r.io/none:1\""),
        ("tag r.io/none:1 a:1", "the local store has no image \"r.io/none:1\""),
        ("manifest create r.io/m:1 r.io/none:1", "there is no such image, here or in its registry"),
        ("manifest annotate r.io/m:1 r.io/none:1 --os linux", "r.io/m:1 is no index in the local store"),
        ("stop web", "this run has no container \"web\"; it has none"),
        ("logs web", "this run has no container"),
        ("port web", "this run has no container"), ("wait web", "this run has no container"),
    ])
    func whatIsNotThereFailsTheStep(command: String, message: String) async throws {
        let (record, _) = try await run([command])
        #expect(record.steps.first?.status == .failed)
        #expect(record.steps.first?.error?.contains(message) == true, "\(record.steps.first?.error ?? "")")
    }

    @Test func aBuildLeavesWhatItIsToldTo() async throws {
        let (record, _) = try await run([
            "build -t r.io/app:1 -o out/files -o type=oci,dest=out/app.tar --iidfile out/id .",
            "build -o type=oci,tar=false,dest=layout --metadata-file meta.json .",
        ])
        #expect(record.error == nil)
        let context = folder.path.appending("context")
        #expect(try folder.text("context/out/files/greeting") == "hello\n")
        #expect(
            try folder.text("context/out/id") == "\(try #require(try store.resolve("r.io/app:1")?.digest))")
        #expect(try folder.text("context/meta.json").contains("containerimage.digest"))
        #expect(try ImageLayout(context.appending("layout")).resolve("latest") != nil)
        #expect(try !folder.text("context/out/app.tar").isEmpty)
    }

    @Test func aLinkThatLeadsOutOfTheContextIsNotFollowed() async throws {
        try folder.write("secret", to: "elsewhere/file")
        try folder.link("../elsewhere", as: "context/link")
        for command in ["build link", "build -f link/file .", "build -o link/out ."] {
            let (record, _) = try await run([command])
            #expect(
                record.steps.first?.error?.contains("leads out of the context") == true,
                "\(command): \(record.steps.first?.error ?? "")")
        }
    }
}
