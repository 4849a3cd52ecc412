// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// What `stet push`, `pull` and `copy` say on the way, many tags, and conversions.
@Suite struct TransferCommandTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    /// Builds an image into the local store, under `r.io/app:NAME`.
    private func build(_ name: String = "1") async throws {
        let built = try await stet("build", "-t", "r.io/app:\(name)", folder.makeContext(name).string)
        #expect(built.status == 0, "\(built)")
    }

    private func json(_ result: ProgramResult) throws -> JSONValue {
        try JSONDocument.decode(JSONValue.self, from: Array(result.output.utf8), noun: "output")
    }

    @Test func withoutATerminalThereIsALineForEachEventAndTheDigestAlone() async throws {
        try await build()
        let (stet, folder) = (stet, folder)
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            let push = try await stet("push", "store:r.io/app:1", "\(registry)/app:1")
            #expect(push.status == 0 && push.output.hasPrefix("sha256:"), "\(push)")
            #expect(push.errors.contains("config   ") && push.errors.contains("  done, "), "\(push)")
            #expect(!push.errors.contains("\u{1B}"), "\(push)")
            let mounted = try await stet("copy", "\(registry)/app:1", "\(registry)/other:1")
            #expect(mounted.errors.contains("mounted from app, "), "\(mounted)")
            for arguments in [["--quiet"], ["--format", "json"]] {
                let copy = try await stet.run(
                    ["copy", "\(registry)/app:1", "oci:\(folder.path)/out-\(arguments.count):1"] + arguments)
                #expect(copy.status == 0 && copy.errors.isEmpty, "\(copy)")
            }
        }
    }

    @Test func onATerminalLinesChangeInPlaceAndTheLastOnesStay() async throws {
        try await build()
        let (stet, folder) = (stet, folder)
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            #expect(try await stet("push", "-q", "store:r.io/app:1", "\(registry)/app:1").status == 0)
            let command = "'\(Program.stetPath)' pull \(registry)/app:1 oci:\(folder.path)/out:1"
            var script = Program("script")
            script.environment = ["HOME": folder.path.string, "TERM": "xterm", "NO_COLOR": "1"]
            let pull = try await script("-qec", "stty cols 60 rows 20; \(command)", "/dev/null")
            #expect(pull.status == 0, "\(pull)")
            #expect(pull.output.contains("\u{1B}[K") && pull.output.contains("  done, "), "\(pull)")
            let lines = pull.output.split(whereSeparator: \.isNewline).map { line in
                line.replacing("\u{1B}[K", with: "").replacing("\u{1B}[J", with: "")
            }
            #expect(lines.filter { $0.contains("  done, ") }.allSatisfy { $0.count < 60 }, "\(lines)")
            #expect(lines.last?.hasPrefix("sha256:") == true, "\(lines)")
        }
    }

    @Test func furtherTagsAreSetAndThoseThatStandAreNamed() async throws {
        try await build("1")
        try await build("2")
        let stet = stet
        try await Peers.withStetServe(in: folder.path) { registry in
            #expect(try await stet("push", "-q", "store:r.io/app:1", "\(registry)/app:stable").status == 0)
            let push = try await stet(
                "push", "store:r.io/app:2", "\(registry)/app:2.0.1", "--also-tag", "2.0", "--also-tag",
                "stable",
                "--also-tag", "2")
            #expect(push.status == 1 && push.errors.contains("1 of 4 tags refused"), "\(push)")
            #expect(push.errors.contains("  stable: immutable tag"), "\(push)")
            #expect(try await stet("tags", "\(registry)/app").output == "2\n2.0\n2.0.1\nstable\n")
            let again = try await stet(
                "push", "store:r.io/app:2", "\(registry)/app:2.0.1", "--also-tag", "2", "--format", "json")
            #expect(again.status == 0 && again.errors.isEmpty, "\(again)")
            #expect(try json(again)["outcome"] == .string("already published"))
            guard case .array(let tags)? = try json(again)["tags"] else {
                Issue.record("\(again)")
                return
            }
            #expect(tags.map { $0["outcome"] } == [.string("already published")])
        }
    }

    @Test func hundredsOfTagsComeFromAFile() async throws {
        try await build()
        let (stet, folder) = (stet, folder)
        let names = (1...300).map { "t\($0)" }
        try folder.write("# tags\n\n" + names.joined(separator: "\n") + "\nt1\n", "tags.txt")
        try folder.write("good\nnot a tag\n", "wrong.txt")
        let file = folder.path.appending("tags.txt").string
        try await Peers.withStetServe(in: folder.path) { registry in
            let wrong = try await stet(
                "push", "store:r.io/app:1", "\(registry)/app:1", "--tags-from",
                folder.path.appending("wrong.txt").string)
            #expect(wrong.status == 2 && wrong.errors.contains("wrong.txt:2: "), "\(wrong)")
            #expect(try await stet("tags", "\(registry)/app").status == 1, "nothing was sent")
            let push = try await stet(
                "push", "store:r.io/app:1", "\(registry)/app:1", "--tags-from", file, "--jobs", "16")
            #expect(push.status == 0 && push.errors.contains("further tags: 300 published"), "\(push)")
            let listed = try await stet("tags", "\(registry)/app").output.split(separator: "\n")
            #expect(Set(listed.map(String.init)) == Set(names + ["1"]))
            let layout = try await stet(
                "copy", "\(registry)/app:1", "oci:\(folder.path)/out", "--also-tag", "x")
            #expect(layout.status == 2 && layout.errors.contains("--also-tag"), "\(layout)")
        }
    }

    @Test func anImageWithDockersTypesKeepsItsDigestUnlessToldOtherwise() async throws {
        try await build()
        let (stet, folder) = (stet, folder)
        let store = folder.path.pushing("data/stet/store")
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            let push = try await Program("skopeo")(
                "copy", "--dest-tls-verify=false", "--format", "v2s2", "oci:\(store):r.io/app:1",
                "docker://\(registry)/app:1")
            #expect(push.status == 0, "\(push)")
            let kept = try await stet("pull", "\(registry)/app:1", "oci:\(folder.path)/docker:1")
            #expect(kept.status == 0 && kept.errors.contains("--convert oci"), "\(kept)")
            let converted = try await stet(
                "pull", "\(registry)/app:1", "oci:\(folder.path)/oci:1", "--convert", "oci")
            #expect(converted.status == 0 && converted.errors.contains("converted: sha256:"), "\(converted)")
            #expect(converted.output != kept.output && converted.errors.contains(kept.output.dropLast()))
            let inspect = try await Program("skopeo")("inspect", "--raw", "oci:\(folder.path)/oci:1")
            #expect("\(Digest(of: Array(inspect.output.utf8)))\n" == converted.output, "\(inspect)")
            let unpack = try await Program("umoci")(
                "unpack", "--rootless", "--image", "\(folder.path)/oci:1", "\(folder.path)/bundle")
            #expect(unpack.status == 0, "\(unpack)")
            let back = try await stet(
                "push", "oci:\(folder.path)/oci:1", "\(registry)/back:1", "--convert", "docker", "--quiet")
            #expect(back.status == 0, "\(back)")
            let raw = try await stet("inspect", "--raw", "\(registry)/back:1")
            #expect(raw.output.contains(MediaType.dockerManifest.rawValue), "\(raw)")
        }
    }

    @Test func aPullMendsWhatIsDamaged() async throws {
        try await build()
        let (stet, folder) = (stet, folder)
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            #expect(try await stet("push", "-q", "store:r.io/app:1", "\(registry)/app:1").status == 0)
            let target = "oci:\(folder.path)/in:1"
            #expect(try await stet("pull", "-q", "\(registry)/app:1", target).status == 0)
            let layout = LayoutContents(folder: folder.path.appending("in"))
            for digest in try layout.digests() {
                let path = layout.folder.pushing("blobs/sha256").appending(
                    String(digest.dropFirst("sha256:".count)))
                let size = try WholeFile.read(path).count
                try WholeFile.write(Array(repeating: 0x20, count: size), to: path)
                #expect(try layout.wrongOnes() == [digest])
                let pull = try await stet("pull", "\(registry)/app:1", target)
                #expect(pull.status == 0, "\(pull)")
                #expect(try layout.wrongOnes() == [], "\(pull)")
            }
            try WholeFile.write(Array("{\n]".utf8), to: layout.folder.appending("index.json"))
            let broken = try await stet("pull", "\(registry)/app:1", target)
            #expect(broken.status == 1 && broken.errors.contains("in/index.json: "), "\(broken)")
        }
    }

    @Test func whatIsPulledByDigestStaysUntilItIsRemoved() async throws {
        try await build()
        let stet = stet
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            let push = try await stet("push", "-q", "store:r.io/app:1", "\(registry)/app:1")
            let name = "\(registry)/app@\(push.output.dropLast())"
            #expect(try await stet("store", "remove", "r.io/app:1").status == 0)
            #expect(try await stet("pull", "-q", name).status == 0)
            #expect(try await stet("store", "prune").status == 0)
            #expect(try await stet("inspect", "store:\(name)").status == 0)
            #expect(try await stet("store", "remove", name).status == 0)
            #expect(try await stet("store", "prune").status == 0)
            #expect(try await stet("inspect", "store:\(name)").status != 0)
        }
    }
}
