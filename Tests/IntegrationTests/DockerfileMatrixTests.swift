// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

extension BuildOracleTests {
    /// Every Dockerfile below `Tests/Dockerfiles` gives the same files and the same configuration as with
    /// `docker build`, or with buildah where no docker daemon can be started.
    @Suite struct DockerfileMatrixTests {
        /// One test for all: buildah's storage takes one build after another.
        @Test func everyDockerfileGivesTheImageOfAnotherBuilder() async throws {
            let folder = try TestFolder()
            try await withBase(in: folder) { base, registry in
                let oracle = ImageOracle(in: folder.path.appending("oracle"))
                try await oracle.add(base: base)
                for name in try DockerfileCase.names() {
                    let example = DockerfileCase(name: name)
                    let known = try example.knownDifferences(from: oracle.peer)
                    do {
                        var given = try example.example(
                            in: folder.path.appending("contexts"), base: base, registry: registry)
                        given.mayFailThere = known.contains("does not build there")
                        let differences = try await oracle.differences(given)
                        #expect(differences.sorted() == known.sorted(), "\(name), by \(oracle.peer)")
                    } catch {
                        Issue.record("\(name), by \(oracle.peer): \(error)")
                    }
                }
            }
        }

        /// The same context twice, and once more with other times of its files and without the cache.
        @Test func aSecondBuildHasTheSameDigest() async throws {
            let folder = try TestFolder()
            try await withBase(in: folder) { base, registry in
                for name in ["everything", "fifty-layers", "run-links"] {
                    let example = try DockerfileCase(name: name).example(
                        in: folder.path.appending("contexts"), base: base, registry: registry)
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
                    let elsewhere = try await Program.stet(home: folder.path.appending("home-2")).run(
                        arguments)
                    let uncached = try await first.run(arguments + ["--no-cache"])
                    #expect(one.status == 0, "\(one)")
                    #expect(one.output.hasPrefix("sha256:"))
                    #expect(
                        [again.output, elsewhere.output, uncached.output]
                            == [one.output, one.output, one.output])
                }
            }
        }

        /// Gives `body` the name of an image with busybox, a user and a file, in a registry that both can
        /// read, and the registry's address.
        private func withBase(
            in folder: TestFolder,
            _ body: @escaping @Sendable (_ base: String, _ registry: String) async throws -> Void
        ) async throws {
            try folder.write(
                "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/home/app:/bin/sh\n", "base/etc/passwd")
            try folder.write("root:x:0:\napp:x:1000:\n", "base/etc/group")
            try folder.write("hello\n", "base/etc/motd")
            // What buildah makes for its mounts, and leaves in the image where it is missing.
            for name in ["hostname", "hosts", "resolv.conf"] { try folder.write("", "base/etc/\(name)") }
            let applets =
                "sh cat chmod chown chgrp echo env grep id ln ls mkdir mkfifo mount mv printf pwd rm rmdir "
                + "sleep sort stat test touch true umount wc"
            try folder.write(
                """
                FROM scratch
                COPY --chmod=755 busybox /bin/busybox
                RUN ["/bin/busybox", "sh", "-c", "for n in \(applets); do /bin/busybox ln -s busybox /bin/$n; done"]
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
                try await body(base, address)
            }
        }
    }
}
