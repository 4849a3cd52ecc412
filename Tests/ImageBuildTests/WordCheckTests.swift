// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import SourceText
import Synchronization
import Testing

/// What no value of a variable can make right is known before anything is fetched or built.
@Suite struct WordCheckTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        /// What follows `FROM nowhere.io/base:1`.
        let lines: String
        /// Line and column.
        let place: String
        let message: String

        var testDescription: String { lines }

        init(_ lines: String, _ place: String, _ message: String) {
            (self.lines, self.place, self.message) = (lines, place, message)
        }
    }

    /// Why a build fails that begins with an image that is not to be had, and whether it asked for the image.
    private func failure(
        of dockerfile: String, _ change: (inout BuildRequest) throws -> Void = { _ in }
    ) async throws -> (error: BuildError?, asked: Bool) {
        let fixture = try BuildFixture()
        let asked = Mutex(false)
        let builder = ImageBuilder(fixture.site(runs: true)) { event in
            if case .began(let errand) = event, case .image = errand.kind { asked.withLock { $0 = true } }
        }
        let request = try fixture.request(dockerfile, change)
        let error = await #expect(throws: BuildError.self) { try await builder.build(request) }
        return (error, asked.withLock { $0 })
    }

    @Test(arguments: [
        Refusal("ENV a=${b^^}", "2:7", "bad substitution"),
        Refusal("ENV a=\"b", "2:7", "not closed"),
        Refusal("ENV a=1\nENV b=${a:1}", "3:7", "bad substitution"),
        Refusal("LABEL a='b", "2:9", "not closed"),
        Refusal("ARG a=${", "2:7", "missing '}'"),
        Refusal("ARG a\nUSER ${a", "3:6", "missing '}'"),
        Refusal("ENV a=\nUSER ${a:?who}", "3:6", "a: who"),
        Refusal("ARG a=\nENV a=$a\nWORKDIR ${a:?where}", "4:9", "a: where"),
        Refusal("EXPOSE 80 http", "2:8", "not a port"),
        Refusal("ARG port=80/icmp\nEXPOSE $port", "3:8", "not a protocol"),
        Refusal("STOPSIGNAL SIGFOO", "2:12", "not a signal"),
        Refusal("VOLUME []", "2:1", "without a path"),
        Refusal("VOLUME [\"/a\", \"\"]", "2:8", "without a path"),
        Refusal("ARG v=\nVOLUME $v", "3:8", "without a path"),
        Refusal("COPY --chmod=888 a b", "2:14", "octal mode"),
        Refusal("ARG m=u+z\nCOPY --chmod=$m a b", "3:14", "octal mode"),
        Refusal("COPY --chown=${u a b", "2:14", "missing '}'"),
        Refusal("COPY https://example.org/a b", "2:6", "COPY does not take a URL"),
        Refusal("COPY https://example.org/a.git b", "2:6", "COPY does not take a git repository"),
        Refusal("COPY \"a b", "2:6", "not closed"),
        Refusal("COPY <<E /\n${\nE", "2:6", "bad substitution"),
        Refusal("ADD --checksum=sha256:0 a b", "2:16", "one URL or one git repository"),
        Refusal(
            "ADD --checksum=sha256:0 https://h/a https://h/b c/", "2:16", "one URL or one git repository"),
        Refusal("ADD --checksum=sha256:0 https://h/a b", "2:16", "sha256:0"),
        Refusal("ADD --checksum=md5:0 https://h/a b", "2:16", "sha256 or sha512"),
    ])
    func aWordThatIsWrongIsKnownAtOnce(_ refusal: Refusal) async throws {
        let (error, asked) = try await failure(of: "FROM nowhere.io/base:1\n\(refusal.lines)\n")
        guard case .invalid(let diagnostics)? = error, let first = diagnostics.all.first else {
            Issue.record("\(refusal.lines): \(String(describing: error))")
            return
        }
        #expect("\(first.location.line):\(first.location.column)" == refusal.place)
        #expect(first.message.contains(refusal.message))
        #expect(!asked)
    }

    /// The base image may define what makes the word right.
    @Test(arguments: [
        "EXPOSE $theirs", "EXPOSE 80${theirs}", "STOPSIGNAL ${theirs:-SIGFOO}", "VOLUME $theirs",
        "USER ${theirs:?who}", "ARG theirs\nUSER ${theirs:?who}", "ENV mine=$theirs\nEXPOSE $mine",
        "ARG mine=$theirs\nSTOPSIGNAL $mine", "ENV $theirs=1\nUSER ${mine?who}", "COPY --chmod=$theirs a b",
        "COPY ${theirs}://h/a b", "ADD --checksum=$theirs https://h/a b", "ADD --checksum=md5:0 $theirs b",
        "COPY <<E /\n${theirs:?where}\nE",
    ])
    func aWordOfTheBaseImagesVariablesWaitsForIt(lines: String) async throws {
        #expect(try await failure(of: "FROM nowhere.io/base:1\n\(lines)\n").asked)
    }

    @Test func whatIsGivenCounts() async throws {
        let dockerfile = "ARG all=80\nFROM nowhere.io/base:1\nARG all\nARG port\nEXPOSE $all $port\n"
        let wrong = try await failure(of: dockerfile) { $0.arguments = ["port": "http"] }
        #expect("\(wrong.error.map { "\($0)" } ?? "")".contains("'http' is not a port"))
        #expect(!wrong.asked)
        #expect(try await failure(of: dockerfile) { $0.arguments = ["port": "81"] }.asked)
        #expect(try await !failure(of: dockerfile) { $0.arguments = ["all": "x", "port": "81"] }.asked)
    }

    @Test func aStageHasTheVariablesOfTheOneThatItBeginsWith() async throws {
        let dockerfile = """
            FROM scratch AS a
            ARG port=http
            FROM a
            EXPOSE ${port}
            FROM nowhere.io/b
            COPY --from=1 / /
            """
        let (error, asked) = try await failure(of: dockerfile)
        #expect("\(error.map { "\($0)" } ?? "")".contains("'http' is not a port") && !asked)
    }

    @Test(arguments: [
        ("MAINTAINER \"A\" $b <c>", "\"A\" $b <c>"), ("maintainer   a  b ", "a  b"),
    ])
    func aMaintainerIsTheTextAsItStands(line: String, author: String) async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build("FROM scratch\nARG b=1\n\(line)\n")
        #expect(try await fixture.config(image).author == author)
    }

    @Test(arguments: ["USER \"\"", "ARG name\nUSER $name"])
    func nobodyIsRoot(lines: String) async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build("FROM scratch AS a\nUSER 7\nFROM a\n\(lines)\n")
        #expect(try await fixture.config(image).config?.user == nil)
    }

    @Test func whatIsZeroIsLeftToTheRuntime() async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build(
            "FROM scratch\nHEALTHCHECK --interval=0s --timeout=3s --retries=0 CMD x\nEXPOSE 80/\n")
        let config = try #require(try await fixture.config(image).config)
        #expect(config.healthcheck?.interval == nil && config.healthcheck?.retries == nil)
        #expect(config.healthcheck?.timeout == 3_000_000_000)
        #expect(config.exposedPorts == ["80/tcp"])
    }

    @Test func portsStandInTheHistoryInTheirOrder() async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build("FROM scratch\nEXPOSE 9000 80/udp 443\n")
        #expect(
            try await fixture.config(image).history?.map(\.createdBy) == ["EXPOSE [443/tcp 80/udp 9000/tcp]"])
    }

    @Test func ownersThatTwoEmptyVariablesNameAreRoot() async throws {
        let fixture = try BuildFixture().file("f", "f")
        let image = try await fixture.build("FROM scratch\nARG u\nARG g\nCOPY --chown=$u:$g f /\n")
        #expect(try await fixture.listings(image) == [["f file 644 0:0 f"]])
    }

    @Test func aFolderOfAUserWhomNobodyKnowsIsRoots() async throws {
        let fixture = try BuildFixture()
        let warnings = Mutex<[String]>([])
        let builder = ImageBuilder(fixture.site(runs: false)) { event in
            if case .warning(let warning) = event { warnings.withLock { $0.append("\(warning)") } }
        }
        let image = try await builder.build(
            try fixture.request("FROM scratch\nUSER somebody\nWORKDIR /w\nUSER 7\nWORKDIR v\n"))
        #expect(try await fixture.listings(image) == [["w folder 755 0:0"], ["w/v folder 755 7:7"]])
        let said = warnings.withLock { $0 }
        #expect(said.count == 1 && said[0].contains("no user 'somebody' in the image"), "\(said)")
    }

    @Test func documentsStandInTheHistoryBehindThePaths() async throws {
        let fixture = try BuildFixture().file("f")
        let image = try await fixture.build("FROM scratch\nCOPY <<a f <<b /d/\na\nb\n")
        #expect(
            try await fixture.config(image).history?.map(\.createdBy) == ["COPY f <<a <<b /d/ # buildkit"])
    }

    @Test(arguments: [
        ("/a/", "/a/", "/a/b"), ("/a//", "/a//", "/a/b"), ("/a/./c/", "/a/c", "/a/c/b"), ("/", "/", "/b"),
        ("a/", "/a", "/a/b"),
        ("//a", "/a", "/a/b"),
    ])
    func aFinalSlashOfTheWorkingFolderStays(text: String, shown: String, below: String) async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build("FROM scratch\nWORKDIR \(text)\n")
        let config = try await fixture.config(image)
        #expect(config.config?.workingDir == shown)
        #expect(config.history?.last?.createdBy == "WORKDIR \(shown)")
        let next = try await fixture.build("FROM scratch\nWORKDIR \(text)\nWORKDIR b/\n")
        #expect(try await fixture.config(next).config?.workingDir == below)
    }
}
