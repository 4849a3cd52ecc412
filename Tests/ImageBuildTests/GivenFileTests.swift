// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import SystemPackage
import Testing

/// What a build is given is looked at before it begins, whether or not a step asks for it.
@Suite struct GivenFileTests {
    private func failure(_ change: (inout BuildRequest) throws -> Void) async throws -> String {
        let fixture = try BuildFixture().file("f").file("key", "x")
        let error = await #expect(throws: BuildError.self) {
            try await fixture.build("FROM scratch\nCOPY f /\n", change)
        }
        return error.map { "\($0)" } ?? ""
    }

    @Test func aSecretNeedsItsFile() async throws {
        let said = try await failure { $0.running.secrets["token"] = .file("/nowhere/token") }
        #expect(said.contains("invalid secret \"token\": /nowhere/token: No such file or directory"))
    }

    @Test func anAgentNeedsItsSocket() async throws {
        let missing = try await failure { $0.running.agents["default"] = "/nowhere/agent" }
        #expect(missing.contains("invalid ssh agent \"default\": /nowhere/agent: No such file or directory"))
        let key = try await failure { $0.running.agents["default"] = $0.context.appending("key") }
        #expect(key.contains("is no socket; give a key to an agent with ssh-add"))
    }

    @Test func theDockerfileIsNoFolder() async throws {
        for folder in ["", "sub"] {
            let fixture = try BuildFixture().file("f").file("sub/f")
            let said = await #expect(throws: BuildError.self) {
                try await fixture.build("FROM scratch\n") {
                    $0.dockerfile = .file(folder.isEmpty ? $0.context : $0.context.appending(folder))
                }
            }
            #expect("\(said.map { "\($0)" } ?? "")".contains("Is a directory"))
        }
    }
}
