// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import TaskFile
import TaskRun
import Testing

@Suite struct RunRecordTests {
    private struct Publisher: StepExecutor {
        let digest = Digest(of: Array("x".utf8))

        func attempt(
            _ step: RunPlan.Step, report: @escaping @Sendable (StepNews) -> Void
        ) async -> StepAttempt {
            guard let name = try? Reference("r.io/team/app:1"), let base = try? Reference("alpine") else {
                return .failed(StepFailure("no reference"))
            }
            let isPush = step.id.name == "push"
            let image = OutputImage(name, digest: digest, publication: isPush ? .published : .no)
            let dependencies = ImageDependencies(
                image: ImageName(name, digest: digest), runtime: ImageName(base, digest: digest),
                buildtime: [],
                commit: "abc")
            guard step.id.name != "last" else {
                return .failed(StepFailure("refused\n  hint: x", product: StepProduct(images: [image])))
            }
            return .succeeded(StepProduct(images: [image], dependencies: isPush ? [] : [dependencies]))
        }
    }

    private func record(_ steps: [(String, waitsFor: [String])], id: String = "7") async throws -> RunRecord {
        let runner = TaskRunner(executor: Publisher(), clock: ManualClock(), now: { 0 })
        return await runner.run(try plan(steps), as: RunIdentity(id: id, taskName: "t"))
    }

    @Test func theRecordIsTheDocumentedJSON() async throws {
        let record = try await record([("build", []), ("push", ["build"])])
        let digest = Digest(of: Array("x".utf8))
        #expect(
            String(decoding: try JSONDocument.encode(record), as: UTF8.self) == """
                {"dependencies":[{"buildtime-dependency":[],"git":{"git-head-revision":"abc"},"image":\
                {"digest":"\(digest)","reference":"r.io/team/app:1","registry":"r.io","repository":"team/app",\
                "tag":"1"},"runtime-dependency":{"digest":"\(digest)","reference":"docker.io/library/alpine:latest",\
                "registry":"docker.io","repository":"library/alpine","tag":"latest"}}],"duration":0,\
                "finishTime":"1970-01-01T00:00:00Z","id":"7","outputImages":[{"digest":"\(digest)",\
                "published":"published","reference":"r.io/team/app:1","registry":"r.io","repository":"team/app",\
                "tag":"1"}],"schemaVersion":1,"startTime":"1970-01-01T00:00:00Z","status":"succeeded","steps":[\
                {"attempts":1,"duration":0,"exitCode":0,"id":"build","startedAfter":0,"status":"successful",\
                "type":"build","when":[]},{"attempts":1,"duration":0,"exitCode":0,"id":"push","startedAfter":0,\
                "status":"successful","type":"build","when":["build"]}],\
                "task":"t"}
                """)
    }

    @Test func whatWasPublishedBeforeAFailureIsInTheRecord() async throws {
        let record = try await record([("last", [])])
        #expect(record.status == .failed)
        #expect(record.error == "step last: refused\n  hint: x")
        #expect(record.outputImages.map(\.name.reference) == ["r.io/team/app:1"])
    }

    @Test func aRecordIsReadBackAsItWasWritten() async throws {
        let folder = try TestFolder()
        let record = try await record([("build", []), ("last", ["build"])])
        let path = try RunRecordFolder(creating: folder.path).write(record)
        let back = try RunRecord(readFrom: path)
        #expect(try JSONDocument.encode(back) == JSONDocument.encode(record))
        #expect(path.lastComponent?.string == "7.json")
        #expect(try folder.names() == [".lock", "7.json"])
    }

    @Test func everyRunKeepsItsRecord() async throws {
        let folder = try TestFolder()
        let records = try RunRecordFolder(creating: folder.path)
        for steps in [1, 2, 3] {
            let names = (1...steps).map { ("s\($0)", [String]()) }
            _ = try records.write(try await record(names.map { ($0.0, waitsFor: $0.1) }))
        }
        let counts = try ["7.json", "earlier/7/1.json", "earlier/7/2.json"].map {
            try RunRecord(readFrom: folder.path.pushing(FilePath($0))).steps.count
        }
        #expect(counts == [3, 1, 2])
        #expect(try folder.names() == [".lock", "7.json", "earlier"])
    }

    @Test func recordsThatAreWrittenAtTheSameTimeAreAllKept() async throws {
        let folder = try TestFolder()
        let record = try await record([("build", [])])
        let path = folder.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { _ = try RunRecordFolder(creating: path).write(record) }
            }
            try await group.waitForAll()
        }
        #expect(try folder.names() == [".lock", "7.json", "earlier"])
        let earlier = try Folder.names(in: path.appending("earlier").appending("7"))
        #expect(earlier == (1...7).map { "\($0).json" })
    }

    @Test(arguments: ["", "a b", "a/../b", "..", ".hidden", "ü", String(repeating: "a", count: 129)])
    func anIDThatIsNoTagIsRefused(id: String) async throws {
        let folder = try TestFolder()
        let records = try RunRecordFolder(creating: folder.path)
        let record = try await record([], id: id)
        #expect(throws: InvalidValue.self) { _ = try records.write(record) }
        #expect(try folder.names().isEmpty)
    }

    @Test(arguments: ["/proc/none/runs", "/dev/null/runs"])
    func aFolderThatCannotBeWrittenIsAnErrorBeforeTheRun(path: String) {
        #expect(throws: FileError.self) { _ = try RunRecordFolder(creating: FilePath(path)) }
    }
}
