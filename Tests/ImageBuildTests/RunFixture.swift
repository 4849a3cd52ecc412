// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import Foundation
import ImageBuild
import LayerArchive
import OCISpec
import ScratchFolder
import SystemPackage

/// Builds with `RUN` in a root of busybox, where this machine can run containers.
struct RunFixture {
    let fixture: BuildFixture

    private static let busybox: FilePath = "/bin/busybox"
    private static let applets = [
        "sh", "cat", "mkdir", "rm", "id", "ls", "sleep", "wc", "seq", "touch", "env", "chmod", "stat", "head",
        "pwd", "df", "printf", "true", "kill", "grep", "ln", "mv",
    ]

    init() throws {
        fixture = try BuildFixture()
        try fixture.folder("bin")
        let program = fixture.context.appending("bin/busybox")
        try WholeFile.write(WholeFile.read(Self.busybox), to: program, mode: 0o755, durable: false)
        for applet in Self.applets { try fixture.link("bin/\(applet)", to: "busybox") }
        try fixture.file("etc/passwd", "root:x:0:0::/root:/bin/sh\nme:x:7:8::/home/me:/bin/sh\n")
        try fixture.file("etc/group", "root:x:0:\nmine:x:8:\nmore:x:9:me\n")
    }

    /// True when there is busybox, and a runtime that runs a trivial container.
    static func works() async -> Bool {
        guard WholeFile.size(busybox) != nil, let scratch = try? ScratchFolder(),
            let roots = try? RootFileSystems(scratch.path.appending("rootfs"))
        else { return false }
        return (try? await ContainerRuntime.probe(in: roots)) != nil
    }

    /// `lines` follow a stage of busybox that is called `base`, which they begin with unless they say `FROM`.
    func build(
        _ lines: String, _ change: (inout BuildRequest) throws -> Void = { _ in }
    ) async throws -> (image: BuiltImage, log: StepLog) {
        let start = "FROM scratch AS base\nCOPY bin /bin\nCOPY etc /etc\n"
        return try await fixture.cachedBuild(
            start + (lines.hasPrefix("FROM") ? lines : "FROM base\n" + lines), runs: true, change)
    }

    /// The entries of the layer that the last step made.
    func lastLayer(_ image: BuiltImage) async throws -> [String] {
        guard let last = try await fixture.manifest(image).layers.last else { return [] }
        return try fixture.listing(last)
    }
}
