// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// Options of `stet build` as scripts and CI write them, and what is said when they are wrong.
@Suite struct BuildOptionTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try folder.write("one\n", "context/one.txt")
    }

    private func build(
        _ dockerfile: String, _ options: [String], environment: [String: String] = [:]
    ) async throws -> ProgramResult {
        try folder.write(dockerfile, "context/Dockerfile")
        var stet = Program.stet(home: folder.path.appending("home"))
        stet.environment.merge(environment) { $1 }
        return try await stet.run(["build"] + options + [place("context")])
    }

    private func place(_ name: String) -> String { folder.path.appending(name).string }

    /// The manifest, and its configuration, of a build that goes into a layout.
    private func image(
        _ dockerfile: String, _ options: [String], environment: [String: String] = [:]
    ) async throws -> (manifest: JSONValue, config: JSONValue) {
        let layout = FilePath(place("layout\(UInt64.random(in: 0...UInt64.max))"))
        let result = try await build(
            dockerfile, ["-o", "type=oci,tar=false,dest=\(layout)"] + options, environment: environment)
        #expect(result.status == 0, "\(result)")
        let manifest = try json(result.output.filter { !$0.isNewline }, in: layout)
        let config = manifest["config"]?["digest"].flatMap { value -> String? in
            if case .string(let digest) = value { digest } else { nil }
        }
        return (manifest, try config.map { try json($0, in: layout) } ?? .null)
    }

    private func json(_ digest: String, in layout: FilePath) throws -> JSONValue {
        let path = layout.pushing(FilePath("blobs/" + digest.replacing(":", with: "/")))
        return try JSONDocument.decode(JSONValue.self, from: try WholeFile.read(path), noun: "content")
    }

    // MARK: Build arguments for the builder

    @Test func theTimeComesFromTheVariableAndTheArgument() async throws {
        let text = "FROM scratch\nARG SOURCE_DATE_EPOCH\nLABEL e=$SOURCE_DATE_EPOCH\nCOPY one.txt /\n"
        let given = try await image(text, ["--build-arg", "SOURCE_DATE_EPOCH=1700000001"])
        #expect(given.config["created"] == .string("2023-11-14T22:13:21Z"))
        let taken = try await image(text, [], environment: ["SOURCE_DATE_EPOCH": "1700000001"])
        #expect(taken.manifest == given.manifest)
        #expect(taken.config["config"]?["Labels"]?["e"] == .string("1700000001"))
        let refused = try await build(text, ["--build-arg", "SOURCE_DATE_EPOCH=x"])
        #expect(refused.status == 2 && refused.errors.contains("since 1970"), "\(refused)")
    }

    @Test func theInlineCacheAndTheIndexAreAskedForByArguments() async throws {
        let text = "FROM scratch\nCOPY one.txt /\n"
        let cached = try await image(text, ["--build-arg", "BUILDKIT_INLINE_CACHE=1"])
        #expect(cached.config["stet.build-cache.v1"] != nil)
        let index = try await image(text, ["--build-arg=BUILDKIT_MULTI_PLATFORM=1"])
        #expect(index.manifest["manifests"]?.array?.count == 1)
    }

    // MARK: Empty and short values

    @Test func anEmptyValueIsNotGiven() async throws {
        let text = "FROM scratch AS first\nARG x=1\nLABEL x=$x\nFROM first\nLABEL last=$x\n"
        let plain = try await image(text, [])
        let empty = try await image(
            text,
            [
                "--target=", "--file=", "--platform=", "--network=", "--iidfile=", "--metadata-file=",
                "--progress=", "--cache-from=", "--cache-to=", "--secret=", "--shm-size=", "--target", "",
            ])
        #expect(empty.manifest == plain.manifest)
        let argument = try await image(text, ["--build-arg=x="])
        #expect(argument.config["config"]?["Labels"]?["x"] == .string(""))
    }

    @Test func aPlatformIsBuiltOnceAndCanBeSaidInPart() async throws {
        let text = "FROM scratch\nCOPY one.txt /\n"
        let one = try await image(text, ["--platform", "linux/amd64,linux/amd64,amd64"])
        #expect(one.manifest["manifests"] == nil && one.config["architecture"] == .string("amd64"))
        let other = try await image(text, ["--platform", "arm64"])
        #expect(other.config["architecture"] == .string("arm64"))
    }

    @Test func annotationsGoWhereTheirPrefixSays() async throws {
        let index = try await image(
            "FROM scratch\nCOPY one.txt /\n",
            ["--platform", "amd64,arm64", "--annotation", "bare=1", "--annotation", "index,manifest:both=2"])
        #expect(index.manifest["annotations"] == .object(["both": .string("2")]))
    }

    // MARK: Refusals

    @Test(arguments: [
        (["--build-context", "a"], "--build-context must be NAME=PLACE, not \"a\""),
        (["--iidfile", "/nowhere/id"], "--iidfile /nowhere/id: there is no folder /nowhere"),
        (["--metadata-file", "/tmp"], "--metadata-file /tmp: it is a folder"),
        (["-o", "oci-archive:x.tar"], "write type=oci,dest=x.tar"),
        (["--annotation", "index:k=v"], "write manifest:NAME"),
        (["--target", "x"], "there is no stage 'x'"),
    ])
    func whatIsWrongIsSaidBeforeTheBuild(options: [String], message: String) async throws {
        let result = try await build("FROM scratch\nCOPY one.txt /\n", options)
        #expect(result.status == 2 && result.errors.contains(message), "\(result)")
        #expect(!result.errors.contains("DONE"))
    }

    @Test func aCacheThatIsNotThereHasNoPlaceInAFile() async throws {
        let result = try await build("FROM scratch\n", ["--cache-from", "type=local,src=/nowhere"])
        #expect(result.errors.contains("--cache-from: warning: the cache /nowhere is not used"), "\(result)")
    }

    @Test func theUsageOfPruneIsAsItIsTyped() async throws {
        let stet = Program.stet(home: folder.path)
        let result = try await stet("build", "prune", "--what")
        #expect(result.status == 2 && result.errors.contains("stet build prune"), "\(result)")
        #expect(!result.errors.contains("build-prune"))
    }

    @Test func aResultThatCannotBeWrittenIsAFailure() async throws {
        try folder.write("FROM scratch\n", "context/Dockerfile")
        var shell = Program("sh")
        shell.environment = Program.stet(home: folder.path).environment
        let result = try await shell(
            "-c", "\"$0\" build -q \"$1\" > /dev/full", Program.stetPath.string, place("context"))
        #expect(result.status == 1, "\(result)")
        #expect(result.errors == "stet: cannot write to standard output: No space left on device\n")
    }

    // MARK: What is said of a failure

    @Test func aFailingCopyShowsTheLinesAround() async throws {
        let result = try await build("FROM scratch\nUSER 1\nCOPY gone /\nUSER 2\n", [])
        #expect(result.status == 2)
        #expect(
            result.errors.contains("Dockerfile:3:6: error: gone is not in the build context"), "\(result)")
        let lines = "   2 |     USER 1\n   3 | >>> COPY gone /\n   4 |     USER 2\n"
        #expect(result.errors.contains(lines), "\(result)")
    }

    @Test(arguments: [[], ["--progress", "json"], ["--progress", "plain"]])
    func credentialsOfURLsAreNotTold(options: [String]) async throws {
        let result = try await build("FROM scratch\nADD http://usr:s3cret@127.0.0.1:1/x /x\n", options)
        #expect(result.status != 0 && result.errors.contains("http://***@127.0.0.1:1/x"), "\(result)")
        #expect(!(result.output + result.errors).contains("s3cret"), "\(result)")
    }

    @Test(arguments: [("COPY gone /", 2, 3), ("COPPY a /", 2, 3)])
    func aFailureIsAnEventWhereEventsAreAskedFor(line: String, status: Int32, number: Int64) async throws {
        let result = try await build("FROM scratch\n\n\(line)\n", ["--progress", "json"])
        #expect(result.status == status, "\(result)")
        let lines = result.errors.split(separator: "\n").map { Array($0.utf8) }
        let events = try lines.map { try JSONDocument.decode(JSONValue.self, from: $0, noun: "event") }
        #expect(events.last?["event"] == .string("error"), "\(result)")
        #expect(events.last?["line"] == .integer(number) && events.last?["message"] != nil, "\(result)")
    }

    @Test(arguments: [["--check", "--format", "json"], ["--call", "check,format=json"]])
    func aDockerfileThatCannotBeReadIsAnAnswerToACheck(options: [String]) async throws {
        let result = try await build("FROM scratch\nCOPPY a /\n", options)
        #expect(result.status == 2 && result.errors == "", "\(result)")
        let answer = try JSONDocument.decode(JSONValue.self, from: Array(result.output.utf8), noun: "answer")
        let first = answer.array?.first ?? answer["buildError"]
        guard case .string(let message)? = first?["message"] else {
            Issue.record("\(result)")
            return
        }
        #expect(message.contains("COPPY"))
    }

    @Test func aMisspeltStageIsToldByTheCheck() async throws {
        let text =
            "FROM scratch AS builder\nFROM scratch\nCOPY --from=bulder a /\n"
        let check = try await build(text, ["--check"])
        #expect(check.status == 1 && check.output.contains("did you mean \"builder\"?"), "\(check)")
    }
}
