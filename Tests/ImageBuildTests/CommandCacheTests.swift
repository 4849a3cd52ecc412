// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import Testing

/// Build, change something, build again: what the cache knows must be what a build without it makes.
@Suite(.enabled("needs a container runtime and busybox") { await RunFixture.works() })
struct CommandCacheTests {
    /// The contents of the last layer of an image without the names.
    private func lastFile(_ image: BuiltImage, _ run: RunFixture) async throws -> String {
        try await run.lastLayer(image).last ?? "no layer"
    }

    @Test func whatAnEarlierCommandPutIntoACacheCounts() async throws {
        let run = try RunFixture()
        let cache = "--mount=type=cache,target=/build"
        let lines = """
            RUN --mount=type=bind,target=/s \(cache) cat /s/src > /build/app
            RUN \(cache) cat /build/app > /app
            """
        for text in ["v1", "v2", "v2"] {
            try run.fixture.file("src", text)
            let image = try await run.build(lines).image
            #expect(try await lastFile(image, run) == "app file 644 0:0 \(text)")
        }
        let (_, log) = try await run.build(lines)
        #expect(log.done.allSatisfy { !$0.hasPrefix("RUN") } && log.cached.contains { $0.hasPrefix("RUN") })
    }

    @Test func theStageBelowCounts() async throws {
        let run = try RunFixture()
        let cache = "--mount=type=cache,target=/build"
        let lines = """
            FROM base AS filled
            RUN --mount=type=bind,target=/s \(cache) cat /s/src > /build/app
            FROM filled
            RUN \(cache) cat /build/app > /app
            """
        for text in ["v1", "v2"] {
            try run.fixture.file("src", text)
            #expect(try await lastFile(try await run.build(lines).image, run) == "app file 644 0:0 \(text)")
        }
    }

    @Test(arguments: ["--mount=type=cache,target=/c", ""])
    func theSameCommandTwiceIsDoneTwice(_ flag: String) async throws {
        let run = try RunFixture()
        let line = "RUN \(flag) mkdir -p /c && echo x >> /c/f && wc -l < /c/f"
        let lines = flag.isEmpty ? "RUN echo again\nRUN echo again" : "\(line)\n\(line)"
        let (_, log) = try await run.build(lines)
        #expect(log.output == (flag.isEmpty ? "again\nagain\n" : "1\n2\n"))
        #expect(try await run.build(lines).log.output.isEmpty)
    }

    @Test func aReadOnlyCacheChangesNothingForTheNext() async throws {
        let run = try RunFixture()
        let lines = { (word: String) in
            "RUN --mount=type=cache,target=/c,ro echo \(word) > /dev/null; echo same > /x\nRUN cat /x"
        }
        _ = try await run.build(lines("one"))
        let (_, log) = try await run.build(lines("two"))
        #expect(log.cached.contains("RUN cat /x"))
    }

    /// A change, and whether the command is run again.
    enum Change: String, CaseIterable, Sendable {
        case nothing, argument, unusedArgument, variable, secret, ignoredFile, copiedFile

        var isSeen: Bool { [.argument, .variable, .copiedFile].contains(self) }
    }

    @Test(arguments: Change.allCases)
    func whatChangesDecidesWhetherACommandIsRunAgain(_ change: Change) async throws {
        let run = try RunFixture()
        try run.fixture.file("f", "1").file("other", "1").file(".dockerignore", "other\n")
        let isSecond = { (other: Change) in change == other ? "2" : "1" }
        for round in 1...2 {
            let isChanged = round == 2
            let lines = """
                ARG A
                ENV E=\(isChanged ? isSecond(.variable) : "1")
                COPY f /f
                RUN --mount=type=secret,id=s cat /f /run/secrets/s > /out; echo "$A$E" >> /out
                """
            if isChanged, change == .copiedFile { try run.fixture.file("f", "2") }
            if isChanged, change == .ignoredFile { try run.fixture.file("other", "2") }
            let (_, log) = try await run.build(lines) {
                $0.arguments["A"] = isChanged ? isSecond(.argument) : "1"
                $0.arguments["UNUSED"] = isChanged ? isSecond(.unusedArgument) : "1"
                $0.running.secrets["s"] = .bytes(Array((isChanged ? isSecond(.secret) : "1").utf8))
            }
            let isDone = log.done.contains { $0.hasPrefix("RUN") }
            #expect(isDone == (round == 1 || change.isSeen), "\(change), build \(round)")
        }
    }

    @Test func theNameOfTheContainerIsNoMount() async throws {
        let run = try RunFixture()
        let image = try await run.build("RUN echo mine > /etc/hostname").image
        #expect(try await run.lastLayer(image) == ["etc/hostname file 644 0:0 mine\n"])
    }
}
