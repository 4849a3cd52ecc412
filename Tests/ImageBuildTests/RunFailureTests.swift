// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import SourceText
import SystemPackage
import Testing

/// Commands that fail, and bases that lie.
@Suite(.enabled("needs a container runtime and busybox") { await RunFixture.works() })
struct RunFailureTests {
    @Test(arguments: [
        ("RUN exit 7", 7, "did not complete successfully: exit code: 7"),
        ("RUN sh -c 'kill -9 $$'; exit $?", 137, "exit code: 137"),
        ("RUN [\"/no/such\"]", 127, "cannot execute"),
        ("RUN [\"/etc/passwd\"]", 126, "cannot execute"),
    ])
    func aFailingCommandSaysItsStatusAndPlace(_ line: String, _ code: Int32, _ message: String) async throws {
        let run = try RunFixture()
        let failure = try await failure { try await run.build("\(line)\nENV after=1") }
        #expect(failure?.exitCode == code)
        #expect(failure?.diagnostic.message.contains(message) == true)
        #expect(failure?.diagnostic.location.line == 5)
        #expect(
            failure?.surroundings.map { "\($0.number) \($0.text) \($0.isFailing)" } == [
                "3 COPY etc /etc false", "4 FROM base false", "5 \(line) true", "6 ENV after=1 false",
            ])
    }

    @Test func aFailureShowsTheLastLinesOfItsOutput() async throws {
        let run = try RunFixture()
        let failure = try await failure { try await run.build("RUN seq 100; echo bad >&2; exit 1") }
        #expect(failure?.lastOutput.count == 20)
        #expect(failure?.lastOutput.suffix(2) == ["100", "bad"])
    }

    @Test(arguments: [
        ("RUN --network=host true", "--allow network.host"),
        ("RUN --security=insecure true", "--allow security.insecure"),
        ("RUN --mount=type=secret,id=x,required true", "--secret id=x"),
        ("RUN --mount=type=ssh,required true", "--ssh default"),
    ])
    func whatMustBeAllowedIsRefusedAtItsPlace(_ line: String, _ hint: String) async throws {
        let run = try RunFixture()
        do {
            _ = try await run.build(line)
            Issue.record("it was built")
        } catch BuildError.invalid(let diagnostics) {
            #expect(diagnostics.all[0].location.line == 5)
            #expect(diagnostics.all[0].hint?.contains(hint) == true)
        }
        #expect(
            try await run.build("RUN --network=host true") { $0.running.entitlements = [.networkHost] }.log
                .failed.isEmpty)
    }

    @Test func aSecretIsInNoMessageAndNoFile() async throws {
        let run = try RunFixture()
        let secret = "xyzzy-plugh"
        let failure = try await failure {
            try await run.build("RUN --mount=type=secret,id=s,env=S test \"$S\" = 1") {
                $0.running.secrets["s"] = .bytes(Array(secret.utf8))
            }
        }
        #expect(failure != nil)
        #expect(!"\(String(describing: failure))".contains(secret))
        for line in try run.fixture.state(of: "") {
            let path = FilePath(String(line.prefix { $0 != " " }))
            let bytes = try WholeFile.read(path)
            #expect(!String(decoding: bytes, as: UTF8.self).contains(secret), "\(path)")
        }
    }

    @Test func aCancelledBuildLeavesNothing() async throws {
        let run = try RunFixture()
        let (events, report) = AsyncStream<Void>.makeStream()
        let builder = ImageBuilder(run.fixture.site(runs: true)) { event in
            if case .output = event { report.yield() }
        }
        let request = try run.fixture.request("FROM scratch\nCOPY bin /bin\nRUN echo begun; sleep 1000")
        let build = Task { try await builder.build(request) }
        for await _ in events { break }
        build.cancel()
        await #expect(throws: BuildError.self) { try await build.value }
        #expect(try Folder.names(in: run.fixture.store.temporary).isEmpty)
        let work = run.fixture.root.appending("rootfs/work")
        #expect(try Folder.names(in: work).isEmpty)
    }

    // MARK: Bases

    @Test(arguments: ["RUN true", "COPY bin /b/"])
    func aBaseThatLiesAboutItsLayersIsRefused(_ line: String) async throws {
        let run = try RunFixture()
        try await run.fixture.addImage(
            "liar", config: { $0.rootfs.diffIDs = [Digest(of: Array("other".utf8))] },
            layers: [[LayerEntry.file("x", "X")]])
        do {
            _ = try await run.fixture.cachedBuild("FROM liar\n\(line)", runs: true)
            Issue.record("it was built")
        } catch let error as BuildError {
            #expect("\(error)".contains("diffID"))
        }
        #expect(try await run.fixture.store.check().isEmpty)
    }

    private func failure(
        _ body: () async throws -> (image: BuiltImage, log: StepLog)
    ) async throws -> FailedCommand? {
        do {
            _ = try await body()
            return nil
        } catch BuildError.command(let failure) {
            return failure
        }
    }
}
