// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import ImageBuild
import OCISpec
import SourceText
import Synchronization
import SystemPackage
import Testing

/// What is wrong with a command is known before anything is fetched or built.
@Suite struct CommandCheckTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let line: String
        /// Line and column.
        let place: String
        let message: String

        var testDescription: String { line }
    }

    /// Builds with containers, and says what it did before it failed.
    private func refusal(
        of dockerfile: String, _ change: (inout BuildRequest) throws -> Void = { _ in }
    ) async throws -> (error: BuildError?, events: [BuildEvent]) {
        let fixture = try BuildFixture()
        let events = Mutex<[BuildEvent]>([])
        let builder = ImageBuilder(fixture.site(runs: true)) { event in events.withLock { $0.append(event) } }
        let request = try fixture.request(dockerfile, change)
        let error = await #expect(throws: BuildError.self) { try await builder.build(request) }
        return (error, events.withLock { $0 })
    }

    @Test(arguments: [
        Refusal(
            line: "RUN --network=host true", place: "3:1",
            message: "--network=host is not allowed in this build"),
        Refusal(
            line: "RUN --security=insecure true", place: "3:1",
            message: "--security=insecure is not allowed in this build"),
        Refusal(
            line: "RUN --mount=type=secret,id=key,required true", place: "3:13",
            message: "the secret 'key' is required and not there"),
        Refusal(
            line: "RUN --mount=type=secret,id=\"key\",required=true true", place: "3:13",
            message: "the secret 'key' is required and not there"),
        Refusal(
            line: "RUN --mount=type=ssh,required=true true", place: "3:13",
            message: "the ssh agent 'default' is required and not there"),
    ])
    func aCommandThatCannotRunIsKnownAtOnce(_ refusal: Refusal) async throws {
        let (error, events) = try await self.refusal(of: "FROM nowhere.io/base:1\nENV A=1\n\(refusal.line)\n")
        guard case .invalid(let diagnostics)? = error, let first = diagnostics.all.first else {
            Issue.record("\(refusal.line): \(String(describing: error))")
            return
        }
        #expect("\(first.location.line):\(first.location.column)" == refusal.place)
        #expect(first.message == refusal.message)
        #expect(!events.contains { asksForAnImage($0) })
    }

    private func asksForAnImage(_ event: BuildEvent) -> Bool {
        if case .began(let errand) = event, case .image = errand.kind { true } else { false }
    }

    @Test func aForeignProcessorIsKnownAtOnce() async throws {
        let dockerfile = "FROM nowhere.io/base:1\nRUN true\n"
        let (error, events) = try await refusal(of: dockerfile) {
            $0.platforms = [try Platform("linux/sparc64")]
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("this machine cannot run linux/sparc64"))
        #expect(events.isEmpty)
    }

    /// A cache elsewhere may know what the command makes: the image is asked for then.
    @Test func aCacheElsewhereMayKnowTheCommand() async throws {
        let dockerfile = "FROM nowhere.io/base:1\nRUN true\n"
        let (_, events) = try await refusal(of: dockerfile) {
            $0.platforms = [try Platform("linux/sparc64")]
            $0.caching.imports = [.folder("/nowhere")]
        }
        #expect(events.contains { asksForAnImage($0) })
    }

    /// Only what the target needs counts.
    @Test func aStageThatNobodyNeedsMayAskForAnything() async throws {
        let fixture = try BuildFixture()
        try fixture.file("f", "f")
        let dockerfile = "FROM nowhere.io/a AS unused\nRUN --network=host true\nFROM scratch\nCOPY f /\n"
        let image = try await fixture.cachedBuild(dockerfile).image
        #expect(try await fixture.listings(image) == [["f file 644 0:0 f"]])
    }

    @Test(arguments: ["s", "0"])
    func aMountOfWhatIsNotThereHasItsPlace(_ from: String) async throws {
        let fixture = try BuildFixture()
        try fixture.file("f", "f")
        let dockerfile = """
            FROM scratch AS s
            COPY f /
            FROM scratch
            RUN --mount=type=bind,from=\(from),source=/nosuch,target=/m true
            """
        let error = await #expect(throws: BuildError.self) {
            try await fixture.cachedBuild(dockerfile, runs: true)
        }
        guard case .invalid(let diagnostics)? = error, let first = diagnostics.all.first else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(first.message == "/nosuch is not in the stage s")
        #expect(first.location.line == 4 && first.location.column == 13)
        #expect(first.sourceLine?.contains("source=/nosuch") ?? false)
    }
}
