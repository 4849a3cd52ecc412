// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import SystemPackage
import Testing

/// `stet gc`, as an administrator runs it, and the audit trail that it leaves.
@Suite struct RegistryCollectTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    @Test func whatARefusedPushLeftIsRemovedOnDemand() async throws {
        let (data, home, stet) = (folder.path.appending("data"), folder.path, Program.stet(home: folder.path))
        try await Peers.withRegistryProcess(over: data, home: home) { process in
            let client = try RegistryWriter(process.address)
            let (first, refused) = (RegistryWriter.Image("first"), RegistryWriter.Image("refused"))
            #expect(try await client.push(first, as: "v1").status == 201)
            #expect(try await client.push(refused, as: "v1").status == 409)
            let admin = ["--server", "http://\(process.address)", "--data", data.string]
            let young = try await stet.run(["gc"] + admin)
            #expect(young.output.hasPrefix("removed 0 blobs of 0 B, 0 uploads"), "\(young)")
            let dry = try await stet.run(["gc", "--older-than", "0s", "--dry-run"] + admin)
            #expect(dry.output == "would remove 1 blob of \(refused.config.count) B\n", "\(dry)")
            let done = try await stet.run(["gc", "--older-than", "0s", "--format", "json"] + admin)
            let json = try JSONDocument.decode(JSONValue.self, from: Array(done.output.utf8), noun: "outcome")
            #expect(json["blobs"] == .integer(1), "\(done)")
            #expect(try await client.send(.head, "blobs/\(Digest(of: refused.config))").status == 404)
            #expect(try await client.send(.get, "blobs/\(Digest(of: first.config))").body == first.config)
            let audit = try await stet.run(["audit", "--action", "blobs-collected"] + admin)
            #expect(audit.output.contains("blobs-collected"), "\(audit)")
            #expect(audit.output.contains("127.0.0.1"), "\(audit)")
        }
    }

    @Test(arguments: ["soon", "7", "-1d", "7w", ""])
    func anAgeThatIsNoneIsRefused(age: String) async throws {
        let result = try await Program.stet(home: folder.path)("gc", "--older-than=\(age)")
        #expect(result.status == 2, "\(result)")
        #expect(result.errors.contains("older-than"), "\(result)")
    }
}
