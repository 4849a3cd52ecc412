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
        for scenario in [
            "restart", "killed-after-answer", "killed-during-push", "storage-read-only", "disk-full",
        ] {
            #expect(result.output.contains("passed       \(scenario)"), "\(result)")
        }
    }

    /// Ctrl-C in the middle of the case, by the hook itself.
    @Test(.enabled(if: TestVolume.canMount, "only root can mount"))
    func anInterruptedRunGivesTheSpaceBack() async throws {
        let (folder, home) = (folder, folder.path)
        let result = try await TestVolume.withDevice(in: folder) { volume in
            try await Peers.withOperatedRegistry(on: volume, home: home) { registry in
                try folder.write(
                    """
                    #!/bin/sh
                    echo "$1" >> \(home.string)/orders
                    \(registry.hooks.string) "$1" || exit
                    [ "$1" != full-disk ] || kill -INT $(cat \(home.string)/pid)
                    """, "hook.sh")
                let hook = home.appending("hook.sh").string
                #expect(try await Program("chmod")("755", hook).status == 0)
                var stet = Program("bash")
                stet.environment = Program.stet(home: home).environment
                // With job control, so that the signal is not ignored.
                let command = #""$0" "${@:2}" & echo $! > "$1"; wait $!"#
                let ended = try await stet.run(
                    [
                        "-mc", command, Program.stetPath.string, "\(home.string)/pid", "certify",
                        registry.address, "--only", "disk-full", "--hooks", hook,
                    ])
                let names = try Folder.names(in: volume.path)
                #expect(!names.contains("filler"), "the disk is still full: \(names)")
                return ended
            }
        }
        #expect(result.status == 130, "\(result)")
        #expect(try folder.text("orders") == "full-disk\nfree-disk\n", "\(result)")
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
