// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

extension Peers {
    /// Our own registry with users: `ci` may push to `team/**`, `reader` pull from there, `ops` administers; everybody
    /// may pull from `public/**`.
    ///
    /// A user's password is his name and `-pw`.
    static let users = """
        users:
          - name: ci
            password: "$2y$04$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BbqWlDZC"
            rights: [{repositories: "team/**", may: push}]
          - name: reader
            password: "$2y$04$plSrCxij16wFhUpaXmWfMee//oPf7vLViGOr9tuG9Yvm2Ya/ytYGS"
            rights: [{repositories: "team/**", may: pull}]
          - name: ops
            password: "$2y$04$CxUwoOT4wWrw.VUd7HbE9utAlz7/yxEZONnl7pqKH6KHCFEmzr5UK"
            administers: true

        """
    static let anonymousPull = "anonymous: [{repositories: \"public/**\", may: pull}]\n"

    /// Runs `stet serve --write-once --users` with a text of users.
    static func withStetServe<Value: Sendable>(
        in folder: FilePath, users: String,
        _ body: @escaping @Sendable (_ address: String) async throws -> Value
    ) async throws -> Value {
        let (data, file) = (folder.appending("stet-serve"), folder.appending("users.yaml"))
        try WholeFile.write(Array(users.utf8), to: file, mode: 0o600)
        return try await Program.stet(home: folder).serving(
            [
                "serve", "--listen", "127.0.0.1:0", "--data", data.string, "--write-once", "--users",
                file.string,
            ],
            address: { line in
                guard let range = line.firstRange(of: "http://") else { return nil }
                return String(line[range.upperBound...].prefix { $0 != "," })
            }, body)
    }
}
