// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import OCISpec
import SystemPackage
import Testing

/// What is read from files of the machine and from other programs.
@Suite struct MachineTextTests {
    @Test(arguments: [
        ("anna:100000:65536\n", [SubordinateIDs(first: 100000, count: 65536)]),
        (
            "bob:1:2\nanna:3:4\n1000:5:6\n",
            [SubordinateIDs(first: 3, count: 4), SubordinateIDs(first: 5, count: 6)]
        ),
        ("anna:1\nanna:x:1\nanna:1:0\n:1:1\n", []),
        ("", []),
        ("annabel:1:2\n", []),
    ])
    func subordinateNumbersAreThoseOfTheUser(_ text: String, _ ranges: [SubordinateIDs]) {
        #expect(SubordinateIDs.ranges(in: text, name: "anna", uid: 1000) == ranges)
    }

    @Test func rangesAreMappedOneBehindTheOther() {
        let ranges = [SubordinateIDs(first: 100000, count: 10), SubordinateIDs(first: 300000, count: 5)]
        #expect(
            SubordinateIDs.mapArguments(caller: 1000, ranges)
                == ["0", "1000", "1", "1", "100000", "10", "11", "300000", "5"])
    }

    @Test(arguments: [
        ("/proc/self/fd/12/etc/passwd", "/etc/passwd"), ("/proc/self/fd/7", "/"),
        ("/proc/thread-self/fd/7/a", "/a"),
        ("/proc/self/fd", "/proc/self/fd"), ("/proc/self/status", "/proc/self/status"), ("/a/b", "/a/b"),
        ("proc/self/fd/7/a", "proc/self/fd/7/a"),
    ])
    func aPathThroughAnOpenRootIsShownInsideIt(_ path: FilePath, _ shown: FilePath) {
        #expect(path.shownInRoot == shown)
    }

    @Test(arguments: [
        (
            "mount a:/b (via /proc/self/fd/6), flags: 0x5000: not a directory",
            "mount a:/b, flags: 0x5000: not a directory"
        ),
        (
            "error mounting \"a\" to rootfs at \"/b\": mount src=a, dst=/b, dstFd=/proc/thread-self/fd/8: not a directory",
            "error mounting \"a\" to rootfs at \"/b\": mount src=a, dst=/b: not a directory"
        ),
        ("open `/proc/self/fd/10/etc/hosts`: Permission denied", "open `/etc/hosts`: Permission denied"),
        ("exec: \"x\": not found", "exec: \"x\": not found"),
    ])
    func theWordsOfARuntimeNameNoOpenFile(_ message: String, _ shown: String) {
        #expect(message.withoutDescriptors == shown)
        #expect(RuntimeLog.error(message, of: .runc, program: "x").description.contains("/fd/") == false)
    }

    @Test func routesToOurSubnetsAreSeen() {
        let table = """
            Iface\tDestination\tGateway\tFlags
            eth0\t00000000\t010200C0\t0003
            stet7\t0007530A\t00000000\t0001
            eth0\t00FF530A\t00000000\t0001
            eth1\t0007540A\t00000000\t0001
            odd
            """
        #expect(SubnetLease.routed(in: table) == [7, 255])
    }

    @Test(arguments: [
        (
            #"unable to start container process: exec: "x": executable file not found in $PATH"#,
            Int32(127)
        ),
        (
            #"unable to start container process: exec: "/x": stat /x: no such file or directory"#,
            127
        ),
        (#"unable to start container process: exec: "/etc": permission denied"#, 126),
        ("executable file `x` not found in $PATH: No such file or directory", 127),
        ("open executable: Permission denied", 126),
        ("open executable: Operation not permitted", 126),
        ("open executable: Not a directory", 126),
        ("exec container process (missing dynamic library?) `/x`: No such file or directory", 127),
        ("exec container process `/x`: Exec format error", 126),
        ("exec /bin/arm: exec format error", 126),
    ])
    func whatARuntimeSaysOfAProgramBecomesAShellsStatus(_ message: String, _ code: Int32) {
        let error = RuntimeLog.error(message, of: .runc, program: "x")
        guard case .cannotExecute("x", _, let exitCode) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(exitCode == code)
    }

    @Test func otherWordsOfARuntimeArePassedOn() {
        let error = RuntimeLog.error("cgroups: permission denied", of: .crun, program: "x")
        #expect(error == .runtime(name: "crun", reason: "cgroups: permission denied"))
        #expect("\(error)" == "crun cannot start the container: cgroups: permission denied")
    }

    @Test func theLastErrorOfALogCounts() {
        let log = """
            {"level":"warning","msg":"odd"}
            {"level":"error","msg":"first","time":"now"}
            no JSON
            {"level":"error","msg":"last"}
            {"level":"info","msg":"bye"}
            """
        #expect(RuntimeLog.lastError(in: log) == "last")
        #expect(RuntimeLog.lastError(in: #"{"level":"info","msg":"fine"}"#) == nil)
        #expect(RuntimeLog.lastError(in: "") == nil)
    }

    @Test(arguments: [("linux/amd64", true), ("windows/amd64", false), ("linux/mips", false)])
    func aPlatformThatNothingRunsIsRefused(_ name: String, _ isNative: Bool) throws {
        let platform = try Platform(name)
        guard isNative, Platform.host.architecture == "amd64" else {
            #expect(throws: ContainerError.foreignPlatform(platform)) { try Emulation.check(platform) }
            return
        }
        try Emulation.check(platform)
    }
}
