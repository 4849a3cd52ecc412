// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// An ordinary user of this machine who has numbers for a user namespace.
private enum OrdinaryUser {
    static let name: String? = {
        guard geteuid() == 0, let bytes = try? WholeFile.read("/etc/subuid") else { return nil }
        let names = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap {
            $0.split(separator: ":").first.map(String.init)
        }
        return names.first { getpwnam($0) != nil && $0 != "root" }
    }()
}

/// `stet run` without root, where there is a user who can be root in a user namespace.
@Suite(.enabled(if: OrdinaryUser.name != nil), .timeLimit(.minutes(20))) struct TaskRootlessTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Runs a task as the user; nil where the kernel lets ordinary users make no namespaces.
    private func run(_ steps: String, _ arguments: String = "") async throws -> ProgramResult? {
        let user = try #require(OrdinaryUser.name)
        try folder.write(
            "FROM scratch\nCOPY busybox /bin/\nCOPY busybox /bin/sh\nENV PATH=/bin\nCMD [\"sh\"]\n",
            "base/Dockerfile")
        try WholeFile.write(
            try WholeFile.read("/bin/busybox"), to: folder.path.pushing("base/busybox"), mode: 0o755)
        try folder.write("FROM busybox\nRUN busybox echo built > /made\n", "work/Dockerfile")
        try folder.write("version: v1.1.0\nsteps:\n\(steps)\n", "work/task.yaml")
        try folder.write(
            """
            set -e
            export HOME="$PWD" XDG_DATA_HOME="$PWD/data" XDG_STATE_HOME="$PWD/state" NO_COLOR=1
            "$1" doctor | grep -q "root in a user namespace" || exit 77
            "$1" build -q -t docker.io/library/busybox:latest base
            "$1" run -f work/task.yaml --id 1 \(arguments) work

            """, "script")
        let owned = try await Program("chown")("-R", user, folder.path.string)
        #expect(owned.status == 0, "\(owned)")
        let line = "cd \(folder.path) && sh script \(Program.stetPath)"
        let result = try await Program("su")(user, "-s", "/bin/sh", "-c", line)
        return result.status == 77 ? nil : result
    }

    @Test func stepsBuildRunAndFindEachOther() async throws {
        let result = try await run(
            """
            - {id: who, cmd: busybox sh -c 'busybox id -u > file; busybox pwd'}
            - {id: web, cmd: busybox busybox httpd -f -p 18080 -h /workspace, detach: true}
            - {id: client, cmd: busybox busybox wget -qO- http://web:18080/file, retries: 9, retryDelay: 1}
            - {id: build, build: -t made:1 .}
            - {id: made, cmd: made:1 busybox cat /made}
            - {id: none, cmd: "busybox sh -c 'echo $(busybox ls /sys/class/net)'", network: none}
            - {id: user, cmd: busybox busybox id -u, user: "1000"}
            """)
        guard let result else { return }
        #expect(result.status == 0, "\(result)")
        for line in [
            "[who] /workspace", "[client] 0", "[made] built", "[none] lo", "[user] 1000",
            "only root can make networks",
        ] { #expect(result.errors.contains(line), "\(line) in \(result)") }
        #expect(try Folder.names(in: folder.path.pushing("data/stet/work")).isEmpty)
    }

    @Test func whatStepsWriteInPlaceIsTheUsers() async throws {
        let result = try await run("- cmd: busybox sh -c 'echo x > made'", "--in-place")
        guard let result else { return }
        #expect(result.status == 0, "\(result)")
        let name = try #require(OrdinaryUser.name)
        let entry = try #require(getpwnam(name))
        var status = stat()
        #expect(stat(folder.path.pushing("work/made").string, &status) == 0)
        #expect(status.st_uid == entry.pointee.pw_uid)
    }
}
