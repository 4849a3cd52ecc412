// SPDX-License-Identifier: Apache-2.0

/// git did not do what it was asked.
struct GitError: Error, Hashable, CustomStringConvertible {
    /// `fetch`, `checkout`.
    let command: String
    let status: Int32
    let lastWords: String

    var description: String {
        "git \(command) failed with status \(status)" + (lastWords.isEmpty ? "" : ": \(lastWords)")
    }
}

/// There is no git on this machine.
struct GitMissing: Error, Hashable, CustomStringConvertible {
    let description = "git is not installed, and only git can read a repository"
}
