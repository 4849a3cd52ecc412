// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// Restarts, kills and failing disks in the middle of a certification of `stet serve`.
@Suite struct CertifyHookTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    @Test(.enabled(if: TestVolume.canMount, "only root can mount"))
    func ourOwnRegistrySurvivesItsOperator() async throws {
        let (folder, home) = (folder, folder.path)
        let result = try await TestVolume.withDevice(in: folder) { volume in
            try await Peers.withOperatedRegistry(on: volume, home: home) { registry in
                var stet = Program.stet(home: home)
                let token = try WholeFile.read(volume.path.pushing("data/admin-token"))
                stet.environment["STET_ADMIN_TOKEN"] =
                    String(decoding: token, as: UTF8.self).filter { !$0.isWhitespace }
                return try await stet(
                    "certify", registry.address, "--setup", "stet", "--only", "crash", "--require",
                    "protocol",
                    "--hooks", registry.hooks.string)
            }
        }
        for scenario in ["restart", "killed-after-answer", "killed-during-push", "storage-read-only"] {
            #expect(result.output.contains("passed       \(scenario)"), "\(result)")
        }
    }

    @Test func aHookThatIsNotOfferedSkipsItsScenario() async throws {
        try folder.write("#!/bin/sh\nexit 64\n", "hooks")
        let hooks = folder.path.appending("hooks")
        #expect(try await Program("chmod")("755", hooks.string).status == 0)
        let result = try await Program.stet(home: folder.path)(
            "certify", "--only", "crash", "--require", "protocol", "--hooks", hooks.string)
        #expect(result.output.contains("skipped      restart"), "\(result)")
        #expect(result.output.contains("there is no way to do restart here"), "\(result)")
        #expect(!result.output.contains("inconclusive"), "\(result)")
    }
}
