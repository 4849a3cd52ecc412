// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import FoundationEssentials
import OCISpec
import RegistryServer
import RegistryTransport
import SystemPackage
import Testing

/// The users of the tests, whose passwords are their names and `-pw`; hashed at the lowest cost.
enum TestUsers {
    static let hashes = [
        "ci": "$2y$04$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BbqWlDZC",
        "ops": "$2y$04$CxUwoOT4wWrw.VUd7HbE9utAlz7/yxEZONnl7pqKH6KHCFEmzr5UK",
        "reader": "$2y$04$plSrCxij16wFhUpaXmWfMee//oPf7vLViGOr9tuG9Yvm2Ya/ytYGS",
    ]

    /// `ci` may push to `team/**` and pull from `base/*`, `reader` may pull from `team/**`, `cleaner` (with the
    /// password of `reader`) may delete there, `ops` administers.
    static let text = """
        users:
          - name: ci
            password: "\(hashes["ci"] ?? "")"
            rights:
              - {repositories: "team/**", may: push}
              - {repositories: "base/*", may: pull}
          - name: reader
            password: "\(hashes["reader"] ?? "")"
            rights: [{repositories: "team/**", may: pull}]
          - name: cleaner
            password: "\(hashes["reader"] ?? "")"
            rights: [{repositories: "team/**", may: delete}]
          - name: ops
            password: "\(hashes["ops"] ?? "")"
            administers: true

        """

    static let anonymousPull = """
        anonymous:
          - {repositories: "public/**", may: pull}

        """

    /// The header of a user with his password; of nobody for nil.
    static func header(_ name: String?) -> HTTPHeaders {
        guard let name else { return [:] }
        return header(name, name == "cleaner" ? "reader-pw" : "\(name)-pw")
    }

    static func header(_ name: String, _ password: String) -> HTTPHeaders {
        ["Authorization": "Basic " + Data("\(name):\(password)".utf8).base64EncodedString()]
    }
}

extension TestRegistry {
    /// The same registry, asked by a user; by nobody for nil.
    func asked(by name: String?) -> TestRegistry {
        var registry = self
        registry.headers = TestUsers.header(name)
        return registry
    }

    func write(users text: String) throws {
        try WholeFile.write(Array(text.utf8), to: dataFolder.appending("users.yaml"))
    }

    /// Has an administrator push an image.
    @discardableResult
    func seed(_ repository: String, _ tag: String = "v1", text: String = "a") async throws -> TestManifest {
        let registry = asked(by: "ops")
        let image = try await registry.image(text, in: repository)
        #expect(try await registry.push(image, to: repository, as: tag).status == 201)
        return image
    }
}

/// Runs a registry with users for as long as `body` runs.
func withUsers(
    _ text: String = TestUsers.text, writeOnce: Bool = false,
    _ body: (TestRegistry) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        var configuration = RegistryConfiguration(dataFolder: folder)
        configuration.writeOnce = writeOnce ? .required : .off
        configuration.usersFile = folder.appending("users.yaml")
        try WholeFile.write(Array(text.utf8), to: folder.appending("users.yaml"))
        try await withTestRegistry(configuration, body)
    }
}
