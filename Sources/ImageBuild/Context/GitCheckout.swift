// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// Gets the files of one commit of a repository, with as little of the history as the server allows.
///
/// Source: BuildKit, which fetches the ref with depth 1 and everything where a server refuses that.
struct GitCheckout: Sendable {
    let address: GitAddress
    /// Empty; the repository will be `repository` in it.
    let folder: FilePath
    /// `.git` stays, with the remote in its configuration.
    var keepsGitFolder = false
    /// What the header `Authorization` says to the server; nil where nothing is given.
    var authorization: String?
    /// `file://` is for what a person names, not for what a Dockerfile does.
    var allowsLocal = false

    /// What was checked out.
    struct Result: Sendable {
        /// The repository, or the folder of it that the address names.
        let folder: FilePath
        let commit: ContextCommit
    }

    private var repository: FilePath { folder.appending("repository") }

    private var git: GitProcess {
        let local = allowsLocal && address.remote.hasPrefix("file://")
        var git = GitProcess(scratch: folder, protocols: local ? ["file"] : ["https", "http", "ssh", "git"])
        git.authorization = authorization.map { (scope: Self.scope(of: address.remote), header: $0) }
        return git
    }

    /// Where a header goes: to this repository, and on GitHub to all, for its submodules.
    ///
    /// Source: BuildKit, which does as actions/checkout does.
    private static func scope(of remote: String) -> String {
        for site in ["https://github.com/", "https://www.github.com/"] where remote.hasPrefix(site) {
            return site
        }
        guard let scheme = remote.firstRange(of: "://") else { return remote }
        let rest = remote[scheme.upperBound...]
        let start = rest.prefix { $0 != "/" }.lastIndex(of: "@").map(rest.index(after:)) ?? rest.startIndex
        return String(remote[..<scheme.upperBound] + rest[start...])
    }

    func run() async throws -> Result {
        guard allowsLocal || !address.remote.hasPrefix("file://") else {
            throw GitError(
                command: "fetch", status: 1, lastWords: "file:// is not allowed here: COPY the files")
        }
        let empty = folder.appending("template")
        try Folder.create(empty)
        _ = try await git("init", "--quiet", "--template=\(empty)", repository.string)
        _ = try await at("remote", "add", "origin", address.remote)
        let commit = try await fetch()
        if let expected = address.commit, !commit.hasPrefix(expected) {
            throw GitError(
                command: "fetch", status: 1,
                lastWords: "\(address.ref ?? "HEAD") of \(address) is \(commit), not \(expected)")
        }
        _ = try await at("checkout", "--quiet", "--force", "--detach", commit)
        if address.hasSubmodules { try await updateSubmodules() }
        let time = try await at("log", "-1", "--format=%ct", commit)
        let branch = try await branch()
        let place = try selected()
        if !keepsGitFolder { try await removeHistory() }
        return Result(
            folder: place, commit: ContextCommit(hash: commit, branch: branch, time: Int64(time) ?? 0))
    }

    /// Runs git in the repository.
    private func at(_ command: String, _ arguments: String...) async throws -> String {
        let output = try await git.run(["-C", repository.string, command] + arguments, as: command)
        return String(output.prefix { !$0.isNewline })
    }

    /// - Returns: The commit's hash.
    private func fetch() async throws -> String {
        let ref = address.ref ?? address.commit.flatMap { $0.isFullHash ? $0 : nil } ?? "HEAD"
        do {
            _ = try await at("fetch", "--quiet", "--no-tags", "--depth=1", "origin", ref)
            return try await at("rev-parse", "--verify", "FETCH_HEAD^{commit}")
        } catch let error as GitError where !Task.isCancelled {
            return try await fetchEverything(ref, after: error)
        }
    }

    /// For servers that know no depth, and commits that no ref names.
    private func fetchEverything(_ ref: String, after error: GitError) async throws -> String {
        do {
            _ = try await at(
                "fetch", "--quiet", "--force", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
        } catch is GitError {
            throw error
        }
        if ref == "HEAD" {
            _ = try await at("fetch", "--quiet", "--no-tags", "origin", "HEAD")
            return try await at("rev-parse", "--verify", "FETCH_HEAD^{commit}")
        }
        for candidate in ["refs/remotes/origin/\(ref)", "refs/tags/\(ref)", ref] {
            do {
                return try await at("rev-parse", "--verify", "--quiet", "\(candidate)^{commit}")
            } catch is GitError {
                continue
            }
        }
        throw GitError(
            command: "fetch", status: error.status,
            lastWords: "\(address) has no branch, tag or commit \(ref)")
    }

    private func updateSubmodules() async throws {
        var status = stat()
        guard lstat(repository.appending(".gitmodules").string, &status) == 0 else { return }
        _ = try await at("submodule", "update", "--quiet", "--init", "--recursive", "--depth=1")
    }

    /// Takes away what only git needs, in submodules too.
    private func removeHistory() async throws {
        let listing =
            address.hasSubmodules
            ? try await git.run(
                ["-C", repository.string, "submodule", "status", "--recursive"], as: "submodule")
            : ""
        // One line each: a sign, the commit, a blank, the path, and in brackets what the commit is called.
        for line in listing.split(separator: "\n") {
            let path = line.dropFirst().drop { $0 != " " }.dropFirst()
            let name =
                path.hasSuffix(")")
                ? path.prefix(upTo: path.ranges(of: " (").last?.lowerBound ?? path.endIndex) : path
            try Folder.remove(repository.pushing(FilePath(String(name))).appending(".git"))
        }
        try Folder.remove(repository.appending(".git"))
    }

    /// The branch that was asked for, or that the remote's `HEAD` is; empty for a tag or a commit.
    private func branch() async throws -> String {
        if let ref = address.ref, !ref.isFullHash {
            let name = ref.hasPrefix("refs/heads/") ? String(ref.dropFirst("refs/heads/".count)) : ref
            let known = try await at("ls-remote", "--heads", "origin", "refs/heads/\(name)")
            return known.isEmpty ? "" : name
        }
        guard address.ref == nil, address.commit == nil else { return "" }
        let head = try await at("ls-remote", "--symref", "origin", "HEAD")
        guard head.hasPrefix("ref: refs/heads/") else { return "" }
        return String(head.dropFirst("ref: refs/heads/".count).prefix { $0 != "\t" })
    }

    /// The folder that the address names; no link on the way is followed.
    private func selected() throws -> FilePath {
        var place = repository
        for name in (address.folder ?? "").split(separator: "/") where name != "." {
            place.append(String(name))
            var status = stat()
            guard lstat(place.string, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw GitError(
                    command: "checkout", status: 1,
                    lastWords: "there is no folder '\(address.folder ?? "")' in \(address)")
            }
        }
        return place
    }
}

extension String {
    /// The hash of a commit, SHA-1 or SHA-256, written out.
    fileprivate var isFullHash: Bool { (count == 40 || count == 64) && allSatisfy(\.isHexDigit) }
}
