// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
import OCISpec
import SourceText
import SystemPackage
import Testing

/// What commands find, and what becomes of what they do.
@Suite(.enabled("needs a container runtime and busybox") { await RunFixture.works() })
struct RunTests {
    /// Lines of a Dockerfile whose last step is a `RUN`, and the entries of the layer that it makes.
    struct Example: Sendable, CustomTestStringConvertible {
        let lines: String
        let entries: [String]

        var testDescription: String { lines }
    }

    @Test(arguments: [
        Example(lines: "RUN echo hello > /x", entries: ["x file 644 0:0 hello\n"]),
        Example(
            lines: "RUN [\"/bin/sh\", \"-c\", \"printf '%s' \\\"$0\\\" > /x\", \"a b\"]",
            entries: ["x file 644 0:0 a b"]),
        Example(lines: "SHELL [\"/bin/sh\", \"-ec\"]\nRUN touch /x", entries: ["x file 644 0:0"]),
        Example(
            lines: "ARG A=1\nARG B\nENV C=3 A=4\nRUN printf \"$A-$B-$C\" > /x",
            entries: ["x file 644 0:0 4--3"]),
        Example(
            lines: "ENV A=1\nARG A=2\nRUN printf \"$A\" > /x", entries: ["x file 644 0:0 2"]),
        Example(lines: "WORKDIR /w/v\nRUN pwd > x", entries: ["w/v/x file 644 0:0 /w/v\n"]),
        Example(
            lines: "RUN mkdir /d && chmod 1777 /d\nUSER me\nRUN id -u > /d/x; id -G >> /d/x",
            entries: ["d/x file 644 7:8 7\n8 9\n"]),
        Example(
            lines: "RUN mkdir /d && chmod 777 /d\nUSER 11:12\nRUN touch /d/x", entries: ["d/x file 644 11:12"]
        ),
        Example(
            lines: "RUN rm /bin/seq && ln -s cat /bin/dog",
            entries: ["bin/dog link cat", "bin/.wh.seq file 644 0:0"]),
        Example(
            lines: "RUN mkdir -p /a/b && touch /a/b/c\nRUN rm -r /a/b", entries: ["a/.wh.b file 644 0:0"]),
        Example(
            lines: "RUN <<EOF\necho one > /x\necho two >> /x\nEOF", entries: ["x file 644 0:0 one\ntwo\n"]),
        Example(lines: "RUN <<EOF\n#!/bin/cat\nEOF\nRUN touch /x", entries: ["x file 644 0:0"]),
        Example(lines: "RUN cat <<A > /x && cat <<B >> /x\n1\nA\n2\nB", entries: ["x file 644 0:0 1\n2\n"]),
        Example(lines: "RUN mkdir -p /p\nCOPY one /p/\nRUN cat /p/one > /q", entries: ["q file 644 0:0 1"]),
        Example(
            lines: "RUN ln -s /r /l && mkdir /r\nCOPY one /l/\nRUN cat /r/one > /q",
            entries: ["q file 644 0:0 1"]),
    ])
    func whatACommandChangesIsTheLayer(_ example: Example) async throws {
        let run = try RunFixture()
        try run.fixture.file("one", "1")
        let image = try await run.build(example.lines).image
        #expect(try await run.lastLayer(image) == example.entries)
    }

    /// The flags of a `RUN`, its command, and what it prints.
    @Test(arguments: [
        ("--mount=type=bind,target=/m", "cat /m/one", "1"),
        ("--mount=target=m,source=sub", "cat /w/m/two", "2"),
        ("--mount=type=bind,target=/m,source=one", "cat /m", "1"),
        ("--mount=type=bind,target=/m", "ls /m", "bin\netc\none\nsub"),
        ("--mount=type=bind,target=/m", "touch /m/x 2>/dev/null || echo no", "no"),
        ("--mount=type=bind,target=/m,rw", "touch /m/x && echo yes", "yes"),
        ("--mount=from=other,target=/m", "cat /m/o", "other"),
        ("--mount=from=other,source=/o,target=/m", "cat /m", "other"),
        ("--mount=from=other", "cat o; pwd", "other\n/w"),
        ("--mount=type=tmpfs", "touch x && ls /w", "x"),
        ("--mount=type=cache", "touch x && ls /w", "x"),
        ("--mount=type=tmpfs,target=/t", "touch /t/x && ls /t", "x"),
        ("--mount=type=secret,id=s", "cat /run/secrets/s", "hush"),
        ("--mount=type=secret,id=s,target=/k,mode=0440,uid=7", "stat -c %a:%u /k", "440:7"),
        ("--mount=type=secret,id=s,env=KEY", "printf \"$KEY\"", "hush"),
        ("--mount=type=secret,id=none", "ls /run/secrets 2>/dev/null || echo none", "none"),
        ("--network=none", "grep -c : /proc/net/dev", "1"),
    ])
    func mountsAreThereAndGoAway(_ flag: String, _ command: String, _ printed: String) async throws {
        let run = try RunFixture()
        try run.fixture.file("one", "1\n").file("sub/two", "2\n").file("hidden", "h")
        try run.fixture.file("o", "other\n")
        try run.fixture.file(".dockerignore", "hidden\n.dockerignore\n")
        let lines = "FROM scratch AS other\nCOPY o /o\nFROM base\nWORKDIR /w\nRUN \(flag) \(command)"
        let (image, log) = try await run.build(lines) {
            $0.running.secrets["s"] = .bytes(Array("hush".utf8))
        }
        let output = log.output.split(separator: "\n").filter { $0 != "o" }.joined(separator: "\n")
        #expect(output == printed)
        // Nothing of it is in the image: the command changed nothing.
        #expect(try await run.fixture.manifest(image).layers.count == 3)
        #expect(try await run.fixture.config(image).history?.last?.emptyLayer == true)
    }

    @Test(arguments: [
        "--mount=from=base", "--mount=type=tmpfs,target=/", "--mount=type=cache,target=a/..",
        "--mount=type=secret,id=s,target=//",
    ])
    func aMountThatWouldHideTheRootIsRefused(_ flag: String) async throws {
        let run = try RunFixture()
        let error = await #expect(throws: BuildError.self) { try await run.build("RUN \(flag) true") }
        guard case .invalid(let diagnostics)? = error, let first = diagnostics.all.first else {
            Issue.record("\(flag): \(String(describing: error))")
            return
        }
        #expect(first.message == "a mount cannot stand in the place of /")
        #expect(first.location.column == 13)
    }

    @Test func limitsAndSharedMemoryAreThoseAskedFor() async throws {
        let run = try RunFixture()
        let lines = "RUN ulimit -n; ulimit -c; df /dev/shm | grep shm"
        let (_, log) = try await run.build(lines) {
            $0.running.limits = [try ProcessLimit("nofile=99:100"), try ProcessLimit("core=0")]
            $0.running.sharedMemoryBytes = 3 << 20
        }
        let words = log.output.split { $0 == " " || $0 == "\n" }
        #expect(words.prefix(2) == ["99", "0"] && words.dropFirst(3).first == "3072", "\(log.output)")
        let other = try await run.build(lines)
        #expect(other.log.cached.allSatisfy { !$0.hasPrefix("RUN") })
        #expect(other.log.output.contains("65536"))
    }

    @Test func aCacheMountKeepsWhatAStepLeft() async throws {
        let run = try RunFixture()
        let mount = "RUN --mount=type=cache,target=/c,id=x"
        _ = try await run.build("\(mount) touch /c/first")
        #expect(try await run.build("\(mount) ls /c").log.output == "first\n")
        #expect(try await run.build("\(mount),sharing=locked ls /c; touch /c/second").log.output == "first\n")
        #expect(try await run.build("RUN --mount=type=cache,target=/c ls /c").log.output == "")
        #expect(try await run.build("\(mount),uid=7 ls /c; stat -c %u /c").log.output == "7\n")
    }

    @Test func aCacheThatBeginsWithOtherFilesIsAnotherOne() async throws {
        let run = try RunFixture()
        try run.fixture.file("one", "1").file("two", "2")
        let mount = "RUN --mount=type=cache,target=/c,id=x"
        _ = try await run.build("\(mount) touch /c/mine")
        for (file, seen) in [("one", "one\n"), ("two", "two\n"), ("one", "extra\none\n")] {
            let lines = "FROM scratch AS seed\nCOPY \(file) /s/\nFROM base\n\(mount),from=seed,source=/s"
            let (_, log) = try await run.build(lines + " ls /c; touch /c/extra") { $0.caching.isRead = false }
            #expect(log.output == seen)
        }
    }

    @Test func theHistorySaysWhatBuildKitsSays() async throws {
        let run = try RunFixture()
        let image = try await run.build(
            "ARG A=1\nRUN touch /x\nARG B\nRUN [\"touch\", \"/y\"]"
        ) { $0.arguments = ["HTTP_PROXY": "http://user:secret@proxy"] }.image
        let history = try await run.fixture.config(image).history?.compactMap(\.createdBy) ?? []
        #expect(
            history.suffix(4) == [
                "ARG A=1", "RUN |1 A=1 /bin/sh -c touch /x # buildkit", "ARG B",
                "RUN |2 A=1 B= touch /y # buildkit",
            ])
    }

    @Test func undeclaredProxiesAreInTheEnvironmentAndNotInTheKey() async throws {
        let run = try RunFixture()
        let first = try await run.build("RUN env") { $0.arguments = ["http_proxy": "http://one"] }
        #expect(first.log.output.contains("http_proxy=http://one"))
        let second = try await run.build("RUN env") { $0.arguments = ["http_proxy": "http://two"] }
        #expect(second.log.cached.contains("RUN env"))
    }

    /// Two versions of the last lines; the second is not known when the first is.
    @Test(arguments: [
        ("RUN touch /x", "RUN touch  /x"), ("ARG A=1\nRUN touch /x", "ARG A=2\nRUN touch /x"),
        ("ENV A=1\nRUN touch /x", "ENV A=2\nRUN touch /x"),
        ("RUN touch /x", "USER 7\nRUN touch /tmp/x || true"),
        ("RUN touch /x", "RUN --network=none touch /x"),
        ("RUN touch /x", "RUN --mount=type=tmpfs,target=/t touch /x"),
        ("RUN touch /x", "COPY one /one\nRUN touch /x"),
    ])
    func whatACommandDependsOnIsInItsKey(_ first: String, _ second: String) async throws {
        let run = try RunFixture()
        try run.fixture.file("one", "1")
        _ = try await run.build(first)
        #expect(try await run.build(second).log.cached.filter { $0.hasPrefix("RUN") }.isEmpty)
        #expect(try await run.build(second).log.done.filter { $0.hasPrefix("RUN") }.isEmpty)
    }

    @Test func aBoundFileThatChangesRunsTheCommandAgain() async throws {
        let run = try RunFixture()
        try run.fixture.file("one", "1").file("two", "2")
        let lines = "RUN --mount=source=one,target=/m cat /m > /x"
        _ = try await run.build(lines)
        try run.fixture.file("two", "3")
        #expect(try await run.build(lines).log.cached.contains { $0.hasPrefix("RUN") })
        try run.fixture.file("one", "4")
        let (image, log) = try await run.build(lines)
        #expect(log.done.contains { $0.hasPrefix("RUN") })
        #expect(try await run.lastLayer(image) == ["x file 644 0:0 4"])
    }

    @Test func theSameBuildGivesTheSameDigestEverywhere() async throws {
        let lines = "RUN mkdir /a && touch /a/z /a/b && ln /a/z /a/y\nCOPY etc /f\nRUN rm /f/group"
        var digests: Set<Digest> = []
        for _ in 0..<2 {
            let run = try RunFixture()
            digests.insert(try await run.build(lines).image.manifest.digest)
            digests.insert(try await run.build(lines).image.manifest.digest)
            digests.insert(try await run.build(lines) { $0.caching.isRead = false }.image.manifest.digest)
        }
        #expect(digests.count == 1)
    }

    @Test func aCacheServesAMachineThatHasNoContainers() async throws {
        let here = try RunFixture()
        let folder = here.fixture.root.appending("export")
        let text = "FROM scratch\nCOPY bin /bin\nRUN touch /x\nRUN rm /x"
        let first = try await here.fixture.cachedBuild(text, runs: true) {
            $0.caching.exports = [.folder(folder)]
        }
        let there = try RunFixture()
        let second = try await there.fixture.cachedBuild(text) { $0.caching.imports = [.folder(folder)] }
        #expect(second.image.manifest == first.image.manifest)
    }
}
