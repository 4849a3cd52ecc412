// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// Results of builds that go to standard output or into archives, as other programs read them; caches in registries;
/// what `RUN` is given.
@Suite struct BuildOutputTests {
    private func context(_ dockerfile: String, in folder: TestFolder) throws -> String {
        try folder.write(dockerfile, "context/Dockerfile")
        try folder.write("one\n", "context/one.txt")
        try folder.write("two\n", "context/sub/two.txt")
        return folder.path.appending("context").string
    }

    /// Runs a line of the shell, in which `$STET` is the program and `$OUT` the folder.
    private func shell(_ line: String, in folder: TestFolder) async throws -> ProgramResult {
        let script = """
            set -o pipefail; export HOME=\(folder.path) NO_COLOR=1 OUT=\(folder.path) STET=\(Program.stetPath)
            export XDG_DATA_HOME=$OUT/data XDG_STATE_HOME=$OUT/state XDG_CACHE_HOME=$OUT/cache
            export XDG_CONFIG_HOME=$OUT/config
            \(line)
            """
        return try await Program("bash")("-c", script)
    }

    // MARK: Archives

    @Test(arguments: ["-o -", "--output type=tar", "--output type=tar,dest=-"])
    func filesComeAsATarOnStandardOutput(_ flags: String) async throws {
        let folder = try TestFolder()
        let context = try context(
            "FROM scratch AS base\nCOPY one.txt /gone\nCOPY sub /sub/\nFROM base\nCOPY --chown=7:8 one.txt /\nWORKDIR /w\n",
            in: folder)
        let listing = try await shell(
            "$STET build \(flags) \(context) | tar --numeric-owner -tv | tr -s ' ' | cut -d ' ' -f 1,2,6",
            in: folder)
        #expect(listing.status == 0, "\(listing)")
        #expect(
            listing.output == """
                -rw-r--r-- 0/0 gone
                -rw-r--r-- 7/8 one.txt
                drwxr-xr-x 0/0 sub/
                -rw-r--r-- 0/0 sub/two.txt
                drwxr-xr-x 0/0 w/

                """)
        #expect(listing.errors.contains("\nsha256:"))
    }

    @Test func aTarHasWhatAFolderHas() async throws {
        let folder = try TestFolder()
        let context = try context("FROM scratch\nCOPY . /a/\nCOPY sub /b\n", in: folder)
        let result = try await shell(
            """
            $STET build -o $OUT/folder -o type=tar,dest=$OUT/x.tar \(context) && mkdir $OUT/tar \\
                && tar -C $OUT/tar -xf $OUT/x.tar && diff -r $OUT/folder $OUT/tar
            """, in: folder)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.hasPrefix("sha256:"))
        #expect(result.errors.contains("wrote \(folder.path)/x.tar"))
    }

    @Test func anImageComesAsAnArchiveOnStandardOutput() async throws {
        let folder = try TestFolder()
        let context = try context("FROM scratch\nCOPY one.txt /\n", in: folder)
        for (type, transport) in [("oci", "oci-archive"), ("docker", "docker-archive")] {
            let result = try await shell(
                """
                $STET build -q -t x.example/y:1 --output type=\(type),dest=- \(context) > $OUT/\(type).tar \\
                    && skopeo inspect \(transport):$OUT/\(type).tar
                """, in: folder)
            #expect(result.status == 0, "\(type): \(result)")
            #expect(result.output.contains("\"Layers\""), "\(type): \(result)")
        }
    }

    @Test func aTarDoesNotGoToATerminal() async throws {
        let folder = try TestFolder()
        let context = try context("FROM scratch\nCOPY one.txt /\n", in: folder)
        let result = try await shell("script -qec \"$STET build -o - \(context)\" /dev/null", in: folder)
        #expect(result.status == 2, "\(result)")
        #expect(result.output.contains("does not go to a terminal"), "\(result)")
    }

    @Test func whoReadsStandardOutputMayGoAway() async throws {
        let folder = try TestFolder()
        let context = try context("FROM scratch\nCOPY one.txt /\n", in: folder)
        try WholeFile.write(
            [UInt8](repeating: 7, count: 4 << 20), to: folder.path.appending("context/one.txt"),
            durable: false)
        let result = try await shell("$STET build -o - \(context) | head -c 10 > /dev/null", in: folder)
        #expect(result.status == 1, "\(result)")
        #expect(result.errors.contains("standard output"), "\(result)")
    }

    // MARK: Caches

    @Test func anImageInARegistryServesAsACache() async throws {
        let folder = try TestFolder()
        let context = try context("FROM scratch\nCOPY one.txt /\nCOPY sub /sub/\n", in: folder)
        try await Peers.withStetServe(in: folder.path) { address in
            let image = "\(address)/team/app:1"
            let first = try await Program.stet(home: folder.path.appending("one"))(
                "build", "--push", "-t", image, "--cache-to", "type=inline", context)
            #expect(first.status == 0, "\(first)")
            let second = try await Program.stet(home: folder.path.appending("two"))(
                "build", "--cache-from", image, "--cache-to", "type=inline", context)
            #expect(second.status == 0, "\(second)")
            #expect(second.output == first.output)
            #expect(second.errors.components(of: "CACHED") == 2, "\(second)")
        }
    }

    // MARK: RUN

    @Test func limitsAndSharedMemoryReachTheCommand() async throws {
        let folder = try TestFolder()
        try await folder.makeBusybox()
        let context = try context("FROM busybox\nRUN ulimit -n; df -k /dev/shm | tail -n 1\n", in: folder)
        let result = try await Program.stet(home: folder.path)(
            "build", "--ulimit", "nofile=77:88", "--shm-size", "5m", "--progress", "plain", context)
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.contains(" 77\n"), "\(result)")
        #expect(result.errors.contains(" 5120 "), "\(result)")
    }

    @Test func aRepositoryIsANamedContext() async throws {
        let folder = try TestFolder()
        let context = try context("FROM scratch\nCOPY --from=files /hello.txt /\n", in: folder)
        let made = try await shell(
            """
            export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
            git init -q $OUT/files.git && cd $OUT/files.git && echo hello > hello.txt && git add . \\
                && git commit -qm one && $STET build --build-context files=file://$OUT/files.git -o $OUT/out \(context)
            """, in: folder)
        #expect(made.status == 0, "\(made)")
        #expect(try folder.text("out/hello.txt") == "hello\n")
    }
}

extension String {
    /// How often a text is in it.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
