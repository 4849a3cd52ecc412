// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// `stet build` as people and scripts call it.
@Suite struct BuildCommandTests {
    private func context(_ dockerfile: String, in folder: TestFolder) throws -> String {
        try folder.write(dockerfile, "context/Dockerfile")
        try folder.write("one\n", "context/one.txt")
        return folder.path.appending("context").string
    }

    private static let busybox = """
        FROM scratch AS base
        COPY --chmod=755 busybox /bin/busybox
        RUN ["/bin/busybox", "--install", "-s", "/bin"]

        """

    private func busyboxContext(_ rest: String, in folder: TestFolder) throws -> String {
        let context = try self.context(Self.busybox + rest, in: folder)
        let program = try WholeFile.read("/bin/busybox")
        try WholeFile.write(program, to: FilePath(context).appending("busybox"), mode: 0o755)
        return context
    }

    @Test func plainProgressTellsStepsAndWhatTheCacheKnows() async throws {
        let folder = try TestFolder()
        let context = try self.context("FROM scratch AS app\nCOPY one.txt /\nUSER 5\n", in: folder)
        let stet = Program.stet(home: folder.path.appending("home"))
        let first = try await stet("build", "--progress", "plain", context)
        #expect(first.status == 0, "\(first)")
        #expect(first.errors.contains("#1 [app 1/3] FROM scratch\n"))
        #expect(first.errors.contains("[app 2/3] COPY one.txt /\n#2 DONE "))
        #expect(first.output.hasPrefix("sha256:") && first.output.count == 72)
        let second = try await stet("build", context)
        #expect(second.errors.contains("#2 [app 2/3] COPY one.txt /\n#2 CACHED\n"))
        #expect(second.output == first.output)
        let quiet = try await stet("build", "-q", context)
        #expect(quiet.errors == "" && quiet.output == first.output)
    }

    @Test func jsonProgressIsOneObjectALine() async throws {
        let folder = try TestFolder()
        let context = try self.context("FROM scratch\nCOPY one.txt /\n", in: folder)
        let result = try await Program.stet(home: folder.path)("build", "--progress", "json", context)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count >= 5)
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") && $0.contains("\"event\":") })
        #expect(lines.contains { $0.contains("\"event\":\"ended\"") && $0.contains("\"result\":\"done\"") })
        #expect(lines.last?.contains("\"event\":\"finished\"") ?? false)
    }

    @Test func aFailingCommandShowsItsOutputAndItsLines() async throws {
        let folder = try TestFolder()
        let context = try busyboxContext("\nRUN echo before && \\\n    exit 3\nUSER 1\n", in: folder)
        let result = try await Program.stet(home: folder.path)("build", context)
        #expect(result.status == 1)
        #expect(result.output == "")
        #expect(result.errors.contains("exit code: 3"))
        #expect(result.errors.contains("------\n  before\n------\n"))
        #expect(
            result.errors.contains(
                "   5 | >>> RUN echo before && \\\n   6 | >>>     exit 3\n   7 |     USER 1\n"))
    }

    @Test func checkFindsAndBuildsNothing() async throws {
        let folder = try TestFolder()
        let context = try self.context("FROM scratch AS App\nCMD x\n", in: folder)
        let stet = Program.stet(home: folder.path.appending("home"))
        let text = try await stet("build", "--check", context)
        #expect(text.status == 1)
        #expect(
            text.output.hasPrefix(
                "Check complete, 2 warnings have been found!\n\nWARNING: StageNameCasing - https://"))
        #expect(text.output.contains("   2 | >>> CMD x\n"))
        let json = try await stet("build", "--check", "--format", "json", context)
        #expect(json.status == 1)
        #expect(json.output.contains("\"rule\" : \"JSONArgsRecommended\""))
        #expect(!Folder.isFolder(folder.path.appending("home/data/stet/store")))
        try folder.write("FROM scratch\nCMD [\"x\"]\n", "context/Dockerfile")
        let fine = try await stet("build", "--check", context)
        #expect(fine.status == 0)
        #expect(fine.output == "Check complete, no warnings found.\n")
    }

    @Test func warningsAreErrorsWhereTheFileSaysSo() async throws {
        let folder = try TestFolder()
        let context = try self.context(
            "# check=error=true\nFROM scratch\nCOPY one.txt /\nCMD x\n", in: folder)
        let stet = Program.stet(home: folder.path)
        let result = try await stet("build", context)
        #expect(result.status == 2)
        #expect(result.errors.contains("lint violation found for rules: JSONArgsRecommended"))
        let skipped = try await stet(
            "build", "--build-arg", "BUILDKIT_DOCKERFILE_CHECK=skip=all", context)
        #expect(skipped.status == 0, "\(skipped)")
    }

    @Test func outputsGoWhereTheyAreAskedFor() async throws {
        let folder = try TestFolder()
        let context = try self.context("FROM scratch\nCOPY one.txt /x/\n", in: folder)
        let place = { (name: String) in folder.path.appending(name).string }
        let result = try await Program.stet(home: folder.path.appending("home")).run([
            "build", "-t", "localhost/out:1", "-o", place("files"), "--output",
            "type=oci,dest=\(place("oci.tar"))", "--output", "type=docker,dest=\(place("docker.tar"))",
            "--output", "type=oci,tar=false,dest=\(place("layout"))", "--iidfile", place("iid"),
            "--metadata-file", place("metadata"), context,
        ])
        #expect(result.status == 0, "\(result)")
        #expect(try folder.text("files/x/one.txt") == "one\n")
        #expect(try folder.text("iid") + "\n" == result.output)
        #expect(try folder.text("metadata").contains("\"containerimage.digest\""))
        for source in ["oci-archive:\(place("oci.tar"))", "oci:\(place("layout")):localhost/out:1"] {
            let seen = try await Program("skopeo")("inspect", "--format", "{{.Digest}}", source)
            #expect(seen.output == result.output, "\(source): \(seen)")
        }
        let docker = try await Program("skopeo")("inspect", "docker-archive:\(place("docker.tar"))")
        #expect(docker.status == 0, "\(docker)")
    }

    @Test func aPushGoesToEachRegistryAndIsRefusedWhereTheTagStands() async throws {
        let folder = try TestFolder()
        let context = try self.context("FROM scratch\nCOPY one.txt /\n", in: folder)
        let stet = Program.stet(home: folder.path.appending("home"))
        try await Peers.withStetServe(in: folder.path) { address in
            let tags = ["-t", "\(address)/team/app:1", "-t", "\(address)/other/app:1"]
            let first = try await stet.run(["build", "--push"] + tags + [context])
            #expect(first.status == 0, "\(first)")
            #expect(first.errors.contains("published \(address)/other/app:1"))
            let again = try await stet.run(["build", "--push"] + tags + [context])
            #expect(again.status == 0)
            #expect(again.errors.contains("already published: \(address)/team/app:1 is this very image"))
            try folder.write("two\n", "context/one.txt")
            let other = try await stet.run(["build", "--push"] + tags + [context])
            #expect(other.status == 1)
            #expect(other.errors.contains("409 DENIED"))
        }
    }

    @Test func severalPlatformsMakeAnIndex() async throws {
        let folder = try TestFolder()
        let context = try self.context(
            "FROM scratch\nARG TARGETARCH\nENV A=$TARGETARCH\nCOPY one.txt /\n", in: folder)
        let layout = folder.path.appending("layout").string
        let result = try await Program.stet(home: folder.path.appending("home"))(
            "build", "--platform", "linux/amd64,linux/arm64", "-t", "x:1", "-o",
            "type=oci,tar=false,dest=\(layout)", context)
        #expect(result.status == 0, "\(result)")
        for architecture in ["amd64", "arm64"] {
            let seen = try await Program("skopeo")(
                "inspect", "--override-arch", architecture, "--config", "oci:\(layout):docker.io/library/x:1")
            #expect(seen.output.contains("A=\(architecture)"), "\(seen)")
        }
    }

    /// Arguments, the status, a part of what is said.
    @Test(arguments: [
        (["build"], "name the folder that COPY reads"),
        (["build", "/nonexistent"], "no such folder"),
        (["build", "--push", "."], "a push needs a name"),
        (["build", "--output", "type=zip,dest=x", "."], "is none of cacheonly, docker"),
        (["build", "--output", "type=local", "."], "dest=FOLDER is missing"),
        (["build", "-o", "-", "-o", "type=oci", "."], "only one output"),
        (["build", "-o", "/etc/passwd", "."], "it is a file"),
        (["build", "--output", "type=oci,to=x", "."], "\"to\" is none of"),
        (["build", "--format", "json", "."], "needs --check"),
        (["build", "--compression", "brotli", "."], "it is gzip, zstd or none"),
        (["build", "--compression-level", "9", "."], "gzip has 1 to 3"),
        (["build", "--format", "docker", "--annotation", "a=b", "."], "write --format oci"),
        (["build", "--compression", "gzip", "-o", "type=image,compression=zstd", "."], "one image"),
        (["build", "--ulimit", "files=1", "."], "none of core"),
        (["build", "--shm-size", "much", "."], "not a size"),
        (["build", "--cache-to", "type=gha", "."], "no type=gha here"),
        (["build", "--build-context", "x=ftp://y", "."], "build context"),
        (["build", "--sbom", "true", "."], "no --sbom here: builds make no attestations"),
        (["build", "--memory", "1g", "."], "systemd-run"),
        (["build", "--builder", "x", "."], "there is no daemon"),
        (["build", "--call", "outlines", "."], "it is one of build, check, outline, targets"),
        (["build", "--call", "outline,format=yaml", "."], "none of format=json, ignorestatus"),
        (["build", "--call", "outline", "--check", "."], "--check is --call=check"),
        (["build", "--call", "outline", "--format", "json", "."], "needs --check"),
        (["build", "-o", "type=registry,push-by-digest=true", "."], "name=REGISTRY/REPOSITORY"),
        (["build", "-t", "a:1", "-o", "type=registry,push-by-digest=true", "."], "gives an image no tag"),
        (["build", "--add-host", "x", "."], "NAME:ADDRESS"),
        (["build", "--secret", "src=x", "."], "id"),
        (["build", "--platform", "pdp11", "."], "pdp11"),
        (["build", "prune", "--all", "--keep-storage", "1g"], "exclude each other"),
        (["build", "prune", "--filter", "since=1h"], "not until=DURATION"),
    ])
    func whatCannotBeMeantIsRefused(arguments: [String], message: String) async throws {
        let folder = try TestFolder()
        let result = try await Program.stet(home: folder.path).run(arguments)
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains(message), "\(result)")
    }

    /// What docker builds with and every build of ours does anyway.
    @Test func flagsThatChangeNothingAreTaken() async throws {
        let folder = try TestFolder()
        let context = try self.context("FROM scratch\nCOPY one.txt /\n", in: folder)
        let result = try await Program.stet(home: folder.path)(
            "build", "--load", "--provenance=false", "--sbom=false", "--rm", "--force-rm", "--compress",
            "--call=build",
            "--isolation=default", context)
        #expect(result.status == 0, "\(result)")
    }

    @Test func pruneForgetsSteps() async throws {
        let folder = try TestFolder()
        let context = try self.context("FROM scratch\nCOPY one.txt /\n", in: folder)
        let stet = Program.stet(home: folder.path)
        _ = try await stet("build", context)
        let dry = try await stet("build", "prune", "--all", "--dry-run")
        #expect(dry.errors.contains("would remove 1 step:") && dry.errors.contains("would free "), "\(dry)")
        #expect(try await stet("build", context).errors.contains("CACHED"))
        let pruned = try await stet("build", "prune", "--all")
        #expect(pruned.status == 0, "\(pruned)")
        #expect(pruned.errors.contains("removed 1 step:"))
        #expect(
            pruned.errors.split(separator: "\n").last?.hasPrefix("freed ") ?? false, "\(pruned)")
        #expect(!(try await stet("build", context)).errors.contains("CACHED"))
    }

    @Test func aDockerfileAloneOnStandardInputNeedsNoContext() async throws {
        let folder = try TestFolder()
        try folder.write("FROM scratch\nENV a=b\n", "Dockerfile")
        let stet = Program.stetPath.string
        let result = try await Program("sh")(
            "-c",
            "HOME=\(folder.path) XDG_DATA_HOME=\(folder.path) \(stet) build - < \(folder.path)/Dockerfile")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.hasPrefix("sha256:"))
    }
}
