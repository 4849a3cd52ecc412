// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import RegistryServer
import RegistryTransport
import SystemPackage
import Testing

/// The file of users changes while the registry runs.
@Suite struct LiveUsersTests {
    private func status(_ registry: TestRegistry, _ headers: HTTPHeaders) async throws -> Int {
        try await registry.send(.get, "/v2/", headers).status
    }

    @Test func theNextRequestGoesByTheNewFile() async throws {
        try await withUsers { registry in
            let ci = TestUsers.header("ci")
            #expect(try await status(registry, ci) == 200)
            let (old, new) = (TestUsers.hashes["ci"] ?? "", TestUsers.hashes["ops"] ?? "")
            try registry.write(users: TestUsers.text.replacing(old, with: new))
            #expect(try await status(registry, ci) == 401)
            #expect(try await status(registry, TestUsers.header("ci", "ops-pw")) == 200)
            try registry.write(users: TestUsers.anonymousPull)
            #expect(try await status(registry, TestUsers.header("ci", "ops-pw")) == 401)
        }
    }

    @Test(arguments: ["users: [{}]", "users: []", "not: yaml: at: all", ""])
    func aBrokenFileLeavesTheUsersAsTheyWere(text: String) async throws {
        try await withUsers { registry in
            try registry.write(users: text)
            for _ in 0..<2 { #expect(try await status(registry, TestUsers.header("ci")) == 200) }
            #expect(try await status(registry, [:]) == 401)
            try registry.write(users: TestUsers.text.replacing("name: ci", with: "name: robot"))
            #expect(try await status(registry, TestUsers.header("robot", "ci-pw")) == 200)
        }
    }

    @Test func aFileThatIsGoneLeavesTheUsersAsTheyWere() async throws {
        try await withUsers { registry in
            try Folder.remove(registry.dataFolder.appending("users.yaml"))
            #expect(try await status(registry, TestUsers.header("ci")) == 200)
            #expect(try await status(registry, [:]) == 401)
        }
    }

    @Test func aTokenEndsWithItsPassword() async throws {
        try await withUsers { registry in
            let answer = try await registry.asked(by: "ci").send(.get, "/v2/token").json()
            let token: HTTPHeaders = ["Authorization": "Bearer \(answer["token"]?.string ?? "")"]
            #expect(try await status(registry, token) == 200)
            let (old, new) = (TestUsers.hashes["ci"] ?? "", TestUsers.hashes["ops"] ?? "")
            try registry.write(users: TestUsers.text.replacing(old, with: new))
            #expect(try await status(registry, token) == 401)
        }
    }
}
