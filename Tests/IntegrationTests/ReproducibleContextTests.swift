// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

/// One context as different people and machines have it: each of them builds the same image.
@Suite struct ReproducibleContextTests {
    private let folder: TestFolder
    private let context: FilePath

    init() throws {
        folder = try TestFolder()
        context = try folder.makeContext()
        try folder.write(
            """
            FROM scratch
            COPY bin /bin
            COPY files /files
            COPY --chown=7:8 --chmod=640 files/greeting.txt /
            SHELL ["/bin/busybox", "sh", "-c"]
            RUN for n in 3 1 2; do echo $n > /files/$n; done
            """, "context/Dockerfile")
        for number in 1...40 { try folder.write("\(number)", "context/files/\(number * 7919 % 101).txt") }
        try folder.write("#!/bin/sh\n", "context/files/run.sh")
    }

    /// How somebody else has the context, and builds it.
    struct Machine: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is done to the copy of the context, `$1`.
        var change = ""
        var environment: [String: String] = [:]
        /// How far its clock is ahead.
        var day = "+0"
    }

    static let machines = [
        Machine(testDescription: "the umask 002", change: "find $1 ! -type l -exec chmod g+w {} +"),
        Machine(testDescription: "another owner", change: "chown -hR 1234:4321 $1"),
        Machine(
            testDescription: "other times", change: "find $1 -exec touch -h -d '2031-02-03 04:05:06' {} +"),
        Machine(
            testDescription: "another place and language",
            environment: ["TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"]),
        Machine(testDescription: "another day", day: "+3000d"),
        Machine(
            testDescription: "another user's environment", environment: ["USER": "x", "HOSTNAME": "box"]),
    ]

    @Test(arguments: machines)
    func aContextThatLiesElsewhereGivesTheSameDigest(
        of machine: Machine
    ) async throws {
        let copied = folder.path.pushing("other/place")
        try await run("mkdir -p $1; tar -C context -c . | tar -C $1 -xp; \(machine.change)", copied)
        let here = try await digest(of: context.string, home: "home")
        let there = try await digest(of: copied.string, home: "other-home", by: machine)
        #expect(here == there)
    }

    /// A file system of memory lists names by when they were made, and that of a disk by their hashes.
    @Test(.enabled(if: TestVolume.canMount, "only root can mount"))
    func anotherOrderOfTheNamesGivesTheSameDigest() async throws {
        let here = try await digest(of: context.string, home: "home")
        try await TestVolume.withMemory(mebibytes: 16, in: folder) { volume in
            let copied = volume.path.appending("copied")
            let script = """
                (cd context; find . -type d -exec mkdir -p $1/{} \\;
                find . ! -type d | LC_ALL=C sort -R --random-source=bin/busybox | while read -r file; do
                    cp -dp "$file" "$1/$file"
                done)
                [ "$(cd $1; find .)" != "$(cd context; find .)" ]
                """
            try await run(script, copied)
            let there = try await digest(of: copied.string, home: "other-home")
            #expect(there == here)
        }
    }

    private func run(_ script: String, _ copied: FilePath = "") async throws {
        let result = try await Program("bash")(
            "-c", "set -e -o pipefail; cd $0; \(script)", folder.path.string, copied.string)
        try #require(result.status == 0, "\(result)")
    }

    // MARK: git

    /// A repository with one commit, two clones of it, and the files that a commit has.
    private static let clones = """
        cd context; git init -q -b main .; git add -A; git add -f .
        export GIT_COMMITTER_DATE="@1577934245 +0000" GIT_AUTHOR_DATE="@1577934245 +0000"
        git -c user.name=n -c user.email=n@test commit -qm one; cd ..
        git clone -q context one; (umask 002; git clone -q context two); git clone -q --bare context served.git
        mkdir folder; git -C context archive main | tar -C folder -x
        """

    @Test func clonesOfARepositoryAndItsAddressGiveTheSameDigest() async throws {
        try await run(Self.clones)
        let one = try await digest(of: folder.path.appending("one").string, home: "one-home")
        var later = Machine(testDescription: "later")
        later.day = "+40d"
        #expect(try await digest(of: folder.path.appending("two").string, home: "two-home", by: later) == one)
        let fetched = try await Peers.withGitServer(of: folder.path) { address in
            try await digest(of: "http://\(address)/served.git#main", home: "url-home")
        }
        #expect(fetched == one)
    }

    /// A folder has no commit whose time the image could have; a time that is given makes them the same.
    @Test func aCloneAndAFolderDifferInTheTimeOfTheImageOnly() async throws {
        try await run(Self.clones)
        let (clone, files) = (folder.path.appending("one").string, folder.path.appending("folder").string)
        #expect(try await layers(of: clone, home: "clone") == (try await layers(of: files, home: "files")))
        var given = Machine(testDescription: "a given time")
        given.environment["SOURCE_DATE_EPOCH"] = "1577934245"
        let digests = (
            try await digest(of: clone, home: "clone", by: given),
            try await digest(of: files, home: "files", by: given)
        )
        #expect(digests.0 == digests.1)
    }

    // MARK: Building

    private func digest(
        of context: String, home: String, by machine: Machine = Machine(testDescription: "here")
    ) async throws -> String {
        var faketime = Program("faketime")
        faketime.environment = Program.stet(home: folder.path.appending(home)).environment
        faketime.environment.merge(machine.environment) { $1 }
        let built = try await faketime(
            "-f", machine.day, Program.stetPath.string, "build", "-q", "-t", "localhost/app:1", context)
        #expect(built.status == 0 && built.output.hasPrefix("sha256:"), "\(built)")
        return built.output
    }

    /// The digests of an image's layers.
    private func layers(of context: String, home: String) async throws -> [Substring] {
        _ = try await digest(of: context, home: home)
        let shown = try await Program.stet(home: folder.path.appending(home))(
            "inspect", "store:localhost/app:1")
        let layers = shown.output.split(separator: "\n").filter { $0.hasPrefix("Layer:") }
        #expect(layers.count == 4, "\(shown)")
        return layers
    }
}
