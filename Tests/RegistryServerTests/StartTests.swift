// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryServer
import RegistryTransport
import Testing

/// What a registry does about its own policy when it starts.
@Suite struct StartTests {
    @Test(arguments: [
        #"{"enabled": false}"#, #"{"images": ["team/**"]}"#, #"{"tags": ["v*"]}"#,
        #"{"exceptTags": ["latest"]}"#, #"{"deletion": "allow", "reuse": "allow"}"#,
    ])
    func doesNotStartWriteOnceUnderAPolicyThatSaysLess(change: String) async throws {
        try await withTemporaryFolder { folder in
            var configuration = RegistryConfiguration(dataFolder: folder)
            configuration.writeOnce = .required
            try await withTestRegistry(configuration) { registry in
                let changed = try await registry.admin(.patch, "policies/registry", change)
                #expect(changed.status == 200)
            }
            let error = #expect(throws: RegistryServerError.self) { try RegistryServer(configuration) }
            guard case .notWriteOnce = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            for command in ["stet policy enable registry", "stet policy set registry", "--write-once"] {
                #expect(error?.description.contains(command) == true)
            }
            for choice in [WriteOnce.unlessConfigured, .off] {
                configuration.writeOnce = choice
                _ = try RegistryServer(configuration)
            }
            try await withTestRegistry(configuration) { registry in
                let policies = try await registry.policies()
                #expect(policies.count == 1)
                let deleted = try await registry.admin(.delete, "policies/registry")
                #expect(deleted.status == 204)
            }
            configuration.writeOnce = .required
            _ = try RegistryServer(configuration)
        }
    }

    @Test func startsWriteOnceUnderAPolicyThatSaysTheSame() async throws {
        try await withTemporaryFolder { folder in
            var configuration = RegistryConfiguration(dataFolder: folder)
            configuration.writeOnce = .required
            try await withTestRegistry(configuration) { registry in
                let change = #"{"identicalPush": "allow", "deletion": "allow"}"#
                let changed = try await registry.admin(.patch, "policies/registry", change)
                #expect(changed.status == 200)
            }
            _ = try RegistryServer(configuration)
        }
    }

    @Test func saysThatAHostHasNoAddress() async throws {
        try await withTemporaryFolder { folder in
            let configuration = RegistryConfiguration(host: "nohost.invalid", port: 5, dataFolder: folder)
            let error = await #expect(throws: RegistryServerError.self) {
                try await withRegistry(configuration) { _ in Issue.record("it runs") }
            }
            #expect(
                error?.description
                    == "cannot listen on nohost.invalid:5: this machine knows no address of \"nohost.invalid\""
            )
        }
    }
}
