// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// Every Dockerfile below `Tests/Dockerfiles` gives the same files and the same configuration as with buildah.
///
/// A folder has the Dockerfile and its context. `arguments` has further arguments of both builders, one a line.
/// `differences` has the lines in which buildah is known to differ, and why, behind `#`.
@Suite struct DockerfileMatrixTests {
    /// `Tests/Dockerfiles` of the source tree.
    private static var folder: FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Dockerfiles")
    }

    /// One test for all: buildah's storage takes one build after another.
    @Test func everyDockerfileBuildsAsWithBuildah() async throws {
        let folder = try TestFolder()
        let names = try Folder.names(in: Self.folder).sorted()
        #expect(names.count >= 40)
        try await withBase(in: folder) { base in
            let oracle = ImageOracle(in: folder.path.appending("oracle"))
            for name in names {
                var example = try Self.example(name, copiedTo: folder.path.appending("contexts"))
                example.arguments += ["--build-arg", "BASE=\(base)"]
                let known = try Self.lines("differences", of: name)
                do {
                    let differences = try await oracle.differences(example)
                    #expect(differences.sorted() == known.sorted(), "\(name)")
                } catch {
                    Issue.record("\(name): \(error)")
                }
            }
        }
    }

    /// The same context twice, and once more with other times of its files and without the cache.
    @Test func aSecondBuildHasTheSameDigest() async throws {
        let folder = try TestFolder()
        try await withBase(in: folder) { base in
            for name in ["everything", "fifty-layers", "run-links"] {
                let example = try Self.example(name, copiedTo: folder.path.appending("contexts"))
                let arguments = [
                    "build", "--quiet", "--build-arg", "BASE=\(base)", "-f",
                    example.context.appending("Dockerfile").string, example.context.string,
                ]
                let first = Program.stet(home: folder.path.appending("home-1"))
                let one = try await first.run(arguments)
                let again = try await first.run(arguments)
                _ = try await Program("find").run([
                    example.context.string, "-exec", "touch", "-d", "2001-01-01", "{}", "+",
                ])
                let elsewhere = try await Program.stet(home: folder.path.appending("home-2")).run(arguments)
                let uncached = try await first.run(arguments + ["--no-cache"])
                #expect(one.status == 0, "\(one)")
                #expect(one.output.hasPrefix("sha256:"))
                #expect(
                    [again.output, elsewhere.output, uncached.output] == [one.output, one.output, one.output])
            }
        }
    }

    // MARK: Cases

    /// The context with the modes that a checkout has under the usual mask: buildah keeps modes as they are.
    private static func example(_ name: String, copiedTo parent: FilePath) throws -> ImageOracle.Case {
        let context = parent.appending(name)
        try copy(folder.appending(name), to: context)
        let text = String(decoding: try WholeFile.read(context.appending("Dockerfile")), as: UTF8.self)
        var example = ImageOracle.Case(context: context, dockerfile: text)
        example.arguments = try lines("arguments", of: name)
        return example
    }

    private static func copy(_ source: FilePath, to target: FilePath) throws {
        try Folder.create(target)
        for name in try Folder.names(in: source) where name != "arguments" && name != "differences" {
            let (from, to) = (source.appending(name), target.appending(name))
            if Folder.isFolder(from) {
                try copy(from, to: to)
            } else {
                try WholeFile.write(try WholeFile.read(from), to: to, mode: 0o644)
            }
        }
    }

    private static func lines(_ file: String, of name: String) throws -> [String] {
        let path = folder.appending(name).appending(file)
        guard WholeFile.size(path) != nil else { return [] }
        let text = String(decoding: try WholeFile.read(path), as: UTF8.self)
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    /// Gives `body` the name of an image with busybox, a user and a file, in a registry that both can read.
    private func withBase(
        in folder: TestFolder, _ body: @escaping @Sendable (_ base: String) async throws -> Void
    ) async throws {
        try folder.write(
            "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/home/app:/bin/sh\n", "base/etc/passwd")
        try folder.write("root:x:0:\napp:x:1000:\n", "base/etc/group")
        try folder.write("hello\n", "base/etc/motd")
        // What buildah makes for its mounts, and leaves in the image where it is missing.
        for name in ["hostname", "hosts", "resolv.conf"] { try folder.write("", "base/etc/\(name)") }
        let names = [
            "sh", "cat", "chmod", "chown", "echo", "id", "ln", "ls", "mkdir", "mkfifo", "pwd", "rm", "touch",
            "true",
        ]
        try folder.write(
            """
            FROM scratch
            COPY --chmod=755 busybox /bin/busybox
            RUN ["/bin/busybox", "sh", "-c", "for n in \(names.joined(separator: " ")); do /bin/busybox ln -s busybox /bin/$n; done"]
            COPY etc /etc
            RUN mkdir -m 1777 /tmp && mkdir -p /root /home/app && chown app:app /home/app
            WORKDIR /dev
            WORKDIR /proc
            WORKDIR /run
            WORKDIR /sys
            WORKDIR /
            ENV LANG=C
            """, "base/Dockerfile")
        try WholeFile.write(
            try WholeFile.read("/bin/busybox"), to: folder.path.pushing("base/busybox"), mode: 0o755)
        let stet = Program.stet(home: folder.path.appending("base-home"))
        try await Peers.withDockerRegistry(in: folder.path) { address in
            let base = "\(address)/base:1"
            let built = try await stet(
                "build", "-t", base, "--push", folder.path.appending("base").string)
            #expect(built.status == 0, "\(built)")
            try await body(base)
        }
    }
}
