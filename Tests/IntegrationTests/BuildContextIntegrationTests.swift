// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// Contexts that are no folder, as people give them to `stet build`.
@Suite struct BuildContextIntegrationTests {
    private func makeRepository(in folder: TestFolder) async throws -> FilePath {
        try folder.write("FROM scratch\nCOPY greeting /\n", "work/app/Dockerfile")
        try folder.write("hello", "work/app/greeting")
        let work = folder.path.appending("work")
        var git = Program("git")
        for name in ["AUTHOR", "COMMITTER"] {
            git.environment["GIT_\(name)_NAME"] = "A"
            git.environment["GIT_\(name)_EMAIL"] = "a@example.com"
            git.environment["GIT_\(name)_DATE"] = "1700000000 +0000"
        }
        for arguments in [
            ["init", "--quiet", "--initial-branch=main", work.string], ["-C", work.string, "add", "."],
            ["-C", work.string, "commit", "--quiet", "-m", "one"],
            ["clone", "--quiet", "--bare", work.string, folder.path.appending("app.git").string],
        ] {
            let result = try await git.run(arguments)
            #expect(result.status == 0, "\(result)")
        }
        return folder.path.appending("app.git")
    }

    /// The digest that a build prints.
    private func build(
        _ context: String, in folder: TestFolder, _ arguments: [String] = []
    ) async throws -> String {
        let result = try await Program.stet(home: folder.path.appending("home"))
            .run(["build"] + arguments + [context])
        #expect(result.status == 0, "\(result)")
        return result.output.split(separator: "\n").last.map(String.init) ?? ""
    }

    @Test func aRepositoryGivesTheSameImageAsItsCheckout() async throws {
        let folder = try TestFolder()
        let repository = try await makeRepository(in: folder)
        let fromGit = try await build("file://\(repository)#main:app", in: folder)
        let fromFolder = try await build(folder.path.appending("work").appending("app").string, in: folder)
        #expect(fromGit.hasPrefix("sha256:") && fromGit == fromFolder)
    }

    @Test func anArchiveGivesTheSameImageAsItsFolder() async throws {
        let folder = try TestFolder()
        let context = try folder.makeContext()
        let archive = folder.path.appending("context.tar.xz")
        let tar = try await Program("tar").run(["-C", context.string, "-cJf", archive.string, "."])
        #expect(tar.status == 0, "\(tar)")
        let fromArchive = try await build(archive.string, in: folder)
        let fromFolder = try await build(context.string, in: folder)
        #expect(fromArchive.hasPrefix("sha256:") && fromArchive == fromFolder)
    }

    @Test func nothingOfAFetchedContextStays() async throws {
        let folder = try TestFolder()
        let repository = try await makeRepository(in: folder)
        _ = try await build("file://\(repository)#main:app", in: folder)
        let left = try await Program("find").run([
            folder.path.appending("home").string, "-name", ".context-*",
        ])
        #expect(left.output.isEmpty, "\(left)")
    }

    @Test func whatIsNotThereIsSaid() async throws {
        let folder = try TestFolder()
        let repository = try await makeRepository(in: folder)
        let stet = Program.stet(home: folder.path.appending("home"))
        for (context, message) in [
            ("file://\(repository)#nope", "nope"), ("file://\(repository)#main:nope", "no folder 'nope'"),
            ("/nowhere/at/all", "/nowhere/at/all"), ("s3://bucket/x", "build context"),
        ] {
            let result = try await stet("build", context)
            #expect(result.status != 0 && result.errors.contains(message), "\(result)")
        }
    }
}
