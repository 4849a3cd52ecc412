// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// What a person or a program sees of a build, and what their environment says.
@Suite struct BuildFrontTests {
    private let folder: TestFolder
    private let stet: Program

    init() throws {
        folder = try TestFolder()
        stet = Program.stet(home: folder.path)
        try folder.write("one\n", "context/one.txt")
    }

    private var context: String { folder.path.appending("context").string }

    private func with(_ name: String, _ value: String) -> Program {
        var program = stet
        program.environment[name] = value
        return program
    }

    // MARK: Variables

    @Test func thePlatformComesFromTheOptionElseFromTheVariable() async throws {
        try folder.write("FROM scratch\nARG TARGETPLATFORM\nLABEL p=$TARGETPLATFORM\n", "context/Dockerfile")
        let asked = try await stet("build", "--platform", "linux/arm64", context)
        #expect(asked.status == 0, "\(asked)")
        let told = with("DOCKER_DEFAULT_PLATFORM", "linux/arm64")
        #expect(try await told("build", context).output == asked.output)
        let host = try await stet("build", "--platform", "linux/amd64", context)
        #expect(try await told("build", "--platform", "linux/amd64", context).output == host.output)
        let wrong = try await with("DOCKER_DEFAULT_PLATFORM", "no/such/thing/here")("build", context)
        #expect(wrong.status == 2 && wrong.errors.contains("DOCKER_DEFAULT_PLATFORM"), "\(wrong)")
    }

    /// A value of the variable, the options, and what standard error begins with; nil for nothing.
    @Test(
        arguments: [
            ("plain", [], "#1 "), ("auto", [], "#1 "), ("quiet", [], nil), ("json", [], "{"),
            ("rawjson", [], "{"), ("rawjson", ["--progress", "plain"], "#1 "), ("plain", ["-q"], nil),
            ("json", ["--progress", "auto"], "{"), ("json", ["--progress="], "{"),
        ] as [(String, [String], String?)])
    func theWayOfShowingComesFromTheOptionElseFromTheVariable(
        value: String, options: [String], start: String?
    ) async throws {
        try folder.write("FROM scratch\nCOPY one.txt /\n", "context/Dockerfile")
        let result = try await with("BUILDKIT_PROGRESS", value).run(["build"] + options + [context])
        #expect(result.status == 0, "\(result)")
        if let start {
            #expect(result.errors.hasPrefix(start), "\(result)")
        } else {
            #expect(result.errors.isEmpty)
        }
    }

    @Test func aWayThatNobodyKnowsIsNamedWithItsVariable() async throws {
        try folder.write("FROM scratch\nCOPY one.txt /\n", "context/Dockerfile")
        let wrong = with("BUILDKIT_PROGRESS", "fancy")
        let refused = try await wrong("build", context)
        #expect(refused.status == 2, "\(refused)")
        #expect(
            refused.errors.contains(#"BUILDKIT_PROGRESS is "fancy", which is none of auto"#), "\(refused)")
        #expect(try await wrong("build", "--progress", "plain", context).status == 0)
    }

    // MARK: Transfers

    /// The events of a build as JSON.
    private func events(_ arguments: [String]) async throws -> [JSONValue] {
        let result = try await stet.run(["build", "--progress", "json"] + arguments)
        #expect(result.status == 0, "\(result)")
        return try result.errors.split(separator: "\n").map {
            try JSONDocument.decode(JSONValue.self, from: Array($0.utf8), noun: "event")
        }
    }

    @Test func whatIsPushedPulledAndUnpackedIsToldWithItsBytes() async throws {
        try await folder.makeBusybox()
        try await Peers.withStetServe(in: folder.path) { [self] address in
            let base = "\(address)/base:1"
            try folder.write("FROM docker.io/library/busybox\nCOPY one.txt /\n", "context/Dockerfile")
            let pushed = try await events(["-t", base, "--push", context])
            let push = try #require(pushed.first { $0["event"] == .string("push") })
            #expect(push["place"] == .string(base))
            let sent = pushed.filter { $0["event"] == .string("transfer") && $0["id"] == push["id"] }
            #expect(sent.contains { $0["state"] == .string("done") && $0["mediaType"] != nil })
            #expect(pushed.contains { $0["event"] == .string("ended") && $0["id"] == push["id"] })

            try folder.write("FROM \(base)\nRUN echo done\n", "context/Dockerfile")
            let there = BuildFrontTests.other(of: folder)
            let result = try await there("build", "--progress", "json", context)
            #expect(result.status == 0, "\(result)")
            let pulled = try result.errors.split(separator: "\n").map {
                try JSONDocument.decode(JSONValue.self, from: Array($0.utf8), noun: "event")
            }
            let fetch = try #require(pulled.first { $0["event"] == .string("fetch") })
            #expect(fetch["kind"] == .string("image"))
            let layers = pulled.filter { $0["id"] == fetch["id"] && $0["state"] == .string("done") }
            #expect(layers.count >= 4)
            let names = pulled.compactMap { event -> String? in
                if case .string(let name)? = event["event"] { name } else { nil }
            }
            let unpack = try #require(names.firstIndex(of: "unpack"))
            #expect(try #require(names.firstIndex(of: "step")) < unpack)
            let plain = try await there("build", "--progress", "plain", context)
            #expect(!plain.errors.contains("unpack"), "\(plain)")
        }
    }

    private static func other(of folder: TestFolder) -> Program {
        Program.stet(home: folder.path.appending("there"))
    }

    @Test func aBaseFromARegistryIsShownInPlainLines() async throws {
        try await folder.makeBusybox()
        try await Peers.withStetServe(in: folder.path) { [self] address in
            let base = "\(address)/base:1"
            let copied = try await stet("copy", "store:docker.io/library/busybox:latest", base)
            #expect(copied.status == 0, "\(copied)")
            try folder.write("FROM \(base) AS app\nRUN echo done\n", "context/Dockerfile")
            let result = try await BuildFrontTests.other(of: folder)("build", "--progress", "plain", context)
            #expect(result.status == 0, "\(result)")
            #expect(result.errors.contains("[internal] load image \(base)\n"), "\(result)")
            #expect(result.errors.contains("[app] unpack \(base)\n"), "\(result)")
        }
    }

    // MARK: Contexts and bases

    @Test func theMaskOfTheCallerIsNotInTheImage() async throws {
        let repository = folder.path.appending("repository.git")
        try Folder.create(repository)
        let commands = """
            set -e; cd "$0"; git init -q .; mkdir bin; echo one > one; echo tool > bin/tool; chmod 755 bin/tool
            printf 'FROM scratch\\nCOPY . /\\nADD . /again/\\n' > Dockerfile
            git add .; git -c user.name=a -c user.email=a@b.c commit -q -m one
            """
        let made = try await Program("sh")("-c", commands, repository.string)
        #expect(made.status == 0, "\(made)")
        let line = "umask \"$0\" && exec \"$@\""
        var digests: Set<String> = []
        for mask in ["022", "077", "000"] {
            var shell = Program("sh")
            shell.environment = Program.stet(home: folder.path.appending("home\(mask)")).environment
            let result = try await shell(
                "-c", line, mask, Program.stetPath.string, "build", "-q",
                "file://\(repository)#:.")
            digests.insert(result.status == 0 ? result.output : "\(result)")
        }
        #expect(digests.count == 1, "\(digests)")
    }

    @Test(.needs(.crane)) func aBaseThatCraneMadeOfATarIsTaken() async throws {
        try await Peers.withDockerRegistry(in: folder.path) { [self] address in
            let file = folder.path.appending("files.tar").string
            let packed = try await Program("tar")("-C", context, "-cf", file, "one.txt")
            #expect(packed.status == 0, "\(packed)")
            let made = try await Program(.crane)(
                "append", "--insecure", "-f", file, "-t", "\(address)/open:1")
            #expect(made.status == 0, "\(made)")
            try folder.write("FROM \(address)/open:1\nCOPY one.txt /two.txt\n", "context/Dockerfile")
            let built = try await stet("build", "-o", "-", "--progress", "plain", context)
            #expect(built.status == 0, "\(built.errors)")
            #expect(built.errors.contains("InvalidBaseImagePlatform"), "\(built.errors)")
            #expect(built.output.contains("one.txt") && built.output.contains("two.txt"))
        }
    }
}
