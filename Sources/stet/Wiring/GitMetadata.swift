// SPDX-License-Identifier: Apache-2.0

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
        metadata.commit = await git(folder, "rev-parse", "--verify", "HEAD") ?? ""
        guard !metadata.commit.isEmpty else { return metadata }
        metadata.branch = await git(folder, "rev-parse", "--abbrev-ref", "HEAD") ?? ""
        metadata.lastCommitTime = await git(folder, "log", "-1", "--format=%ct", "--", ".").flatMap {
            Int64($0).flatMap { BuildTime.range.contains($0) ? $0 : nil }
        }
        return metadata
    }

    private static func git(_ folder: FilePath, _ arguments: String...) async -> String? {
        let result = try? await Subprocess.run(
            .name("git"), arguments: Arguments(["-C", folder.string] + arguments),
            output: .string(limit: 64 << 10), error: .discarded)
        guard let result, result.terminationStatus.isSuccess else { return nil }
        let line = result.standardOutput.prefix { !$0.isNewline }
        return line.isEmpty ? nil : String(line)
    }
}

/// The time that builds write into images: never the clock.
enum BuildTime {
    /// From 1970 to the end of the year 9999, the last one that RFC 3339 can write.
    static let range: ClosedRange<Int64> = 0...253_402_300_799

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
