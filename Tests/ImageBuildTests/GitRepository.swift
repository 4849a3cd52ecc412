// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Foundation
import ScriptedHTTP
import SystemPackage

/// A git repository with two commits, the branches `main` and `side` and the tag `v1`.
///
/// `a`: 1 at `v1`, 2 at `main`, 3 at `side`; `folder/b` and a link `out` to `/etc`.
struct GitRepository {
    let folder: FilePath
    private let home: FilePath

    /// The hashes of what `v1` and `main` name.
    let commits: (first: String, second: String)

    init(in folder: FilePath) throws {
        self.folder = folder.appending("repository.git")
        home = folder
        let work = folder.appending("work")
        try Folder.create(work.appending("folder"))
        let run = { (arguments: [String]) in try Self.git(arguments, in: work, home: folder) }
        _ = try run(["init", "--quiet", "--initial-branch=main", "."])
        try WholeFile.write(Array("1".utf8), to: work.appending("a"))
        try WholeFile.write(Array("b".utf8), to: work.appending("folder/b"))
        _ = try run(["-c", "core.symlinks=true", "add", "."])
        try FileManager.default.createSymbolicLink(
            atPath: work.appending("out").string, withDestinationPath: "/etc")
        _ = try run(["add", "."])
        _ = try run(["commit", "--quiet", "-m", "one"])
        _ = try run(["tag", "v1"])
        let first = try run(["rev-parse", "HEAD"])
        try WholeFile.write(Array("2".utf8), to: work.appending("a"))
        _ = try run(["commit", "--quiet", "-a", "-m", "two"])
        let second = try run(["rev-parse", "HEAD"])
        _ = try run(["checkout", "--quiet", "-b", "side"])
        try WholeFile.write(Array("3".utf8), to: work.appending("a"))
        _ = try run(["commit", "--quiet", "-a", "-m", "three"])
        _ = try run(["checkout", "--quiet", "main"])
        commits = (first, second)
        _ = try Self.git(
            ["clone", "--quiet", "--bare", work.string, self.folder.string], in: folder, home: folder)
        _ = try Self.git(["update-server-info"], in: self.folder, home: folder)
    }

    /// Adds a commit to `main` with a submodule `sub`, which has the files of `v1`; the address is relative.
    func addSubmodule() throws {
        let work = home.appending("with-submodule")
        let library = home.appending("library.git")
        _ = try Self.git(["clone", "--quiet", "--bare", folder.string, library.string], in: home, home: home)
        _ = try Self.git(["clone", "--quiet", folder.string, work.string], in: home, home: home)
        _ = try Self.git(
            ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../library.git", "sub"],
            in: work, home: home)
        _ = try Self.git(["checkout", "--quiet", "v1"], in: work.appending("sub"), home: home)
        _ = try Self.git(["commit", "--quiet", "-a", "-m", "submodule"], in: work, home: home)
        _ = try Self.git(["push", "--quiet", "origin", "HEAD:main"], in: work, home: home)
    }

    /// For a context on this machine.
    var fileURL: String { "file://\(folder)" }

    /// Serves the files of the repository to those who may have them: the protocol of git for plain web servers.
    func server(
        lettingIn isKnown: @escaping @Sendable (ScriptedServer.Request) -> Bool = { _ in true }
    ) throws -> ScriptedServer {
        let folder = folder
        return try ScriptedServer { request in
            guard isKnown(request) else { return ScriptedServer.answer(401, ["WWW-Authenticate: Basic"]) }
            let target = request.line.split(separator: " ").last ?? ""
            let path = target.prefix { $0 != "?" }.dropFirst("/repository.git/".count)
            guard target.hasPrefix("/repository.git/"),
                let bytes = try? WholeFile.read(folder.pushing(FilePath(String(path))))
            else { return ScriptedServer.answer(404) }
            let head = "HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\r\n"
            return Array(head.utf8) + bytes
        }
    }

    struct Failure: Error {
        let arguments: [String]
    }

    private static func git(_ arguments: [String], in folder: FilePath, home: FilePath) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.string)
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": home.string,
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
            "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(arguments: arguments) }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
