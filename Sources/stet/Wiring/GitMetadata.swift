// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import ImageBuild
import Subprocess
import SystemPackage

/// What git says of a folder.
struct GitMetadata {
    /// Full hash of the commit that is checked out; empty outside a repository.
    var commit = ""
    /// Its branch; `HEAD` when none is checked out, empty outside a repository.
    var branch = ""
    /// When the folder was last changed by a commit, in seconds since 1970.
    var lastCommitTime: Int64?

    /// Asks git; a machine without git, and a folder outside a repository, have nothing.
    static func read(_ folder: FilePath) async -> GitMetadata {
        var metadata = GitMetadata()
        guard mayHaveHistory(folder), let program = program() else { return metadata }
        let place = ["-C", folder.string]
        // Each takes some milliseconds, and none needs another.
        async let commit = output(of: program, place + ["rev-parse", "--verify", "HEAD"])
        async let branch = output(of: program, place + ["rev-parse", "--abbrev-ref", "HEAD"])
        async let time = output(of: program, place + ["log", "-1", "--format=%ct", "--", "."])
        metadata.commit = await commit ?? ""
        guard !metadata.commit.isEmpty else { return metadata }
        metadata.branch = await branch ?? ""
        metadata.lastCommitTime = await time.flatMap {
            Int64($0).flatMap { BuildTime.range.contains($0) ? $0 : nil }
        }
        return metadata
    }

    /// False where no folder on the way up is a repository, or has one: git need not be asked.
    private static func mayHaveHistory(_ folder: FilePath) -> Bool {
        guard Environment.value("GIT_DIR") == nil, let resolved = realpath(folder.string, nil) else {
            return true
        }
        defer { free(resolved) }
        var path = FilePath(platformString: resolved)
        while true {
            // A bare repository is the folder itself.
            for name in [".git", "HEAD"] where access(path.appending(name).string, F_OK) == 0 { return true }
            guard path.removeLastComponent() else { return false }
        }
    }

    /// Looked up here: to look it up by starting it takes longer than it runs.
    private static func program() -> FilePath? {
        (Environment.value("PATH") ?? "").split(separator: ":").lazy
            .map { FilePath(String($0)).appending("git") }
            .first { $0.isAbsolute && access($0.string, X_OK) == 0 && !Folder.isFolder($0) }
    }

    private static func output(of program: FilePath, _ arguments: [String]) async -> String? {
        let result = try? await Subprocess.run(
            .path(program), arguments: Arguments(arguments),
            output: .string(limit: 64 << 10), error: .discarded)
        guard let result, result.terminationStatus.isSuccess else { return nil }
        let line = result.standardOutput.prefix { !$0.isNewline }
        return line.isEmpty ? nil : String(line)
    }
}

/// The time that builds write into images: never the clock.
enum BuildTime {
    /// From 1970 to the end of the year 9999, the last one that RFC 3339 can write.
    static let range = BuildRequest.times

    /// `SOURCE_DATE_EPOCH`, else the time of the folder's last commit, else 0.
    ///
    /// Source: reproducible-builds.org, "SOURCE_DATE_EPOCH".
    static func seconds(_ git: GitMetadata) throws -> Int64 {
        guard let text = Environment.value("SOURCE_DATE_EPOCH") else { return git.lastCommitTime ?? 0 }
        guard let seconds = Int64(text), range.contains(seconds) else {
            throw CommandFailure(
                "SOURCE_DATE_EPOCH must be a number of seconds since 1970, at most \(range.upperBound) (the year "
                    + "9999), not \"\(text)\"",
                exitCode: CommandFailure.usage)
        }
        return seconds
    }
}
