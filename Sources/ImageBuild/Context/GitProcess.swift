// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// Runs git, which asks nobody anything, runs no hooks and speaks only the protocols that it is allowed.
///
/// Source: git(1), "Environment Variables"; git-config(1), `protocol.allow`.
struct GitProcess: Sendable {
    /// Where git's own output goes; must exist.
    let scratch: FilePath
    /// Of `https`, `http`, `ssh`, `git`, `file`.
    let protocols: [String]
    /// What the header `Authorization` says to the servers whose addresses begin like that.
    var authorization: (scope: String, header: String)?

    private static let program = "git"
    /// What would make git look at another repository than the one it is told.
    private static let dropped: Set<String> = [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_TEMPLATE_DIR", "GIT_CEILING_DIRECTORIES",
        "GIT_TRACE", "GIT_TRACE_CURL", "GIT_CURL_VERBOSE", "GIT_TRACE_PACKET", "GIT_EXEC_PATH",
        "GIT_ALLOW_PROTOCOL", "GIT_PROTOCOL_FROM_USER",
    ]

    /// Runs git to its end; cancelling the task ends it and what it has started.
    ///
    /// - Returns: Its standard output.
    /// - Throws: ``GitError`` when git is not there or fails, with its last words.
    func callAsFunction(_ command: String, _ arguments: String...) async throws -> String {
        try await run([command] + arguments, as: command)
    }

    /// The same; `command` is what an error calls it.
    func run(_ arguments: [String], as command: String) async throws -> String {
        var settings = [
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "advice.detachedHead=false", "gc.auto=0",
            "core.symlinks=true", "core.autocrlf=false", "http.lowSpeedLimit=1", "http.lowSpeedTime=120",
            "protocol.allow=never",
        ]
        settings += protocols.map { "protocol.\($0).allow=always" }
        let all = settings.flatMap { ["-c", $0] } + arguments
        let name = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let child = GitChild()
        return try await withTaskCancellationHandler {
            try await BlockingThread.run { [self] in
                let (output, errors) = (scratch.appending("out-\(name)"), scratch.appending("err-\(name)"))
                defer {
                    unlink(output.string)
                    unlink(errors.string)
                }
                try child.start([Self.program] + all, environment(), output: output, errors: errors)
                let status = try child.wait()
                if child.isCancelled { throw CancellationError() }
                guard status != GitChild.missingStatus else { throw GitMissing() }
                guard status == 0 else {
                    throw GitError(command: command, status: status, lastWords: Self.end(of: errors))
                }
                return String(decoding: try WholeFile.read(output, limitBytes: 1 << 20), as: UTF8.self)
            }
        } onCancel: {
            child.cancel()
        }
    }

    private func environment() -> [String] {
        var environment: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            let name = String(text.prefix { $0 != "=" })
            let isOurs = name == "GIT_CONFIG_COUNT" && authorization != nil
            if !isOurs, !Self.dropped.contains(name) { environment.append(text) }
            next = next.advanced(by: 1)
        }
        environment += ["GIT_TERMINAL_PROMPT=0", "GIT_LFS_SKIP_SMUDGE=1", "LC_ALL=C.UTF-8"]
        if getenv("GIT_SSH_COMMAND") == nil, getenv("GIT_SSH") == nil {
            environment.append("GIT_SSH_COMMAND=ssh -o BatchMode=yes")
        }
        return environment + header
    }

    /// The header as a setting in the environment, which other users cannot see as they can see arguments; behind those
    /// that a person has there.
    ///
    /// Source: git-config(1), `GIT_CONFIG_COUNT`.
    private var header: [String] {
        guard let authorization else { return [] }
        let count = getenv("GIT_CONFIG_COUNT").flatMap { Int(String(cString: $0)) } ?? 0
        return [
            "GIT_CONFIG_COUNT=\(count + 1)",
            "GIT_CONFIG_KEY_\(count)=http.\(authorization.scope).extraHeader",
            "GIT_CONFIG_VALUE_\(count)=Authorization: \(authorization.header)",
        ]
    }

    /// The last lines of a file, one clause, without a password in a URL.
    private static func end(of file: FilePath) -> String {
        let text =
            (try? WholeFile.read(file, limitBytes: 1 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(whereSeparator: \.isNewline).suffix(3)
            .map { line in
                line.split(separator: " ", omittingEmptySubsequences: false)
                    .map { GitAddress.redacted(String($0)) }.joined(separator: " ")
            }.joined(separator: "; ")
    }
}
